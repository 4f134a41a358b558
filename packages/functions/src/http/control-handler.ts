import middy from "@middy/core";
import { type ControlApi, type ControlService, createControlApi } from "@portcullis/control-api";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import type { Installation } from "../installation/installation.ts";
import { browserAccess } from "./browser-access.ts";
import { controlRequest, httpResult } from "./http-event.ts";

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The Lambda handler of one service. The installation is found at the first request. */
export function controlHandler(
  service: ControlService,
  installation: () => Installation | Promise<Installation>,
): HttpHandler {
  let api: Promise<ControlApi> | undefined;
  return middy(async (event: APIGatewayProxyEventV2) => {
    api ??= Promise.resolve(installation()).then((found) => createControlApi(service, found));
    try {
      return httpResult(await (await api)(controlRequest(event)));
    } catch (error) {
      // An installation that could not be loaded is tried again at the next request.
      api = undefined;
      throw error;
    }
  }).use(browserAccess(async () => (await installation()).browser));
}
