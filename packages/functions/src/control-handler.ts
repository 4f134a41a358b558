import middy from "@middy/core";
import type { OperationTable } from "@portcullis/iam/operation";
import type { ServiceName } from "@portcullis/protocol";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import { type ControlApi, createControlApi } from "./control-api.ts";
import { controlRequest, httpResult } from "./http-event.ts";
import type { Installation } from "./installation.ts";

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The Lambda handler of one service; the installation is found at the first request. */
export function controlHandler(
  name: ServiceName,
  table: OperationTable,
  installation: () => Installation | Promise<Installation>,
): HttpHandler {
  let api: Promise<ControlApi> | undefined;
  return middy(async (event: APIGatewayProxyEventV2) => {
    api ??= Promise.resolve(installation()).then((found) => createControlApi(name, table, found));
    try {
      return httpResult(await (await api)(controlRequest(event)));
    } catch (error) {
      // What could not start is tried again at the next request.
      api = undefined;
      throw error;
    }
  });
}
