import middy from "@middy/core";
import { type ControlApi, createAccessEvaluation } from "@portcullis/control-api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { browserAccess } from "./http/browser-access.ts";
import type { HttpHandler } from "./http/control-handler.ts";
import { controlRequest, httpResult } from "./http/http-event.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

const EVALUATION = "/access/v1/evaluation";
const EVALUATIONS = "/access/v1/evaluations";
const METADATA = "/.well-known/authzen-configuration";

/** The paths of the OpenID Authorization API 1.0. */
export const ACCESS_EVALUATION_PATHS = [EVALUATION, EVALUATIONS, METADATA] as const;

const METADATA_MAX_AGE_SECONDS = 3600;

/** Whether a principal may do something, for services that ask (OpenID Authorization API 1.0). */
export function accessEvaluationHandler(
  installation: () => Installation | Promise<Installation>,
): HttpHandler {
  const made = new Map<string, Promise<ControlApi>>();
  const apiAt = (path: string): Promise<ControlApi> => {
    const known = made.get(path);
    if (known !== undefined) return known;
    const form = path === EVALUATION ? "single" : "batch";
    const api = Promise.resolve(installation()).then((found) =>
      createAccessEvaluation(form, found),
    );
    made.set(path, api);
    // An installation that could not be loaded is tried again at the next request.
    api.catch(() => made.delete(path));
    return api;
  };
  return middy(async (event: APIGatewayProxyEventV2) => {
    const { method } = event.requestContext.http;
    const { rawPath } = event;
    if (rawPath === METADATA)
      return method === "GET"
        ? metadata((await installation()).settings.issuer)
        : refusal(405, "Method Not Allowed", { allow: "GET" });
    if (rawPath !== EVALUATION && rawPath !== EVALUATIONS) return refusal(404, "Not Found");
    if (method !== "POST") return refusal(405, "Method Not Allowed", { allow: "POST" });
    return httpResult(await (await apiAt(rawPath))(controlRequest(event)));
  }).use(browserAccess(async () => (await installation()).browser));
}

/** Authorization API 1.0, Policy Decision Point Metadata. */
const metadata = (issuer: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 200,
  headers: {
    "content-type": "application/json",
    "cache-control": `public, max-age=${METADATA_MAX_AGE_SECONDS}`,
  },
  body: JSON.stringify({
    policy_decision_point: issuer,
    access_evaluation_endpoint: `${issuer}${EVALUATION}`,
    access_evaluations_endpoint: `${issuer}${EVALUATIONS}`,
  }),
});

const refusal = (
  statusCode: number,
  message: string,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(message),
});

/** `/access/v1/...`: evaluations about principals of the caller's account. */
export const handler = accessEvaluationHandler(() => deployedInstallation());
