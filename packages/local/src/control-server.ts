import type { RequestListener } from "node:http";
import type { HttpHandler } from "@portcullis/functions";
import { type ApiIdentity, lambdaContext, proxyEvent } from "./gateway/event.ts";
import { gatewayAnswer, type HttpMessage } from "./gateway/http-message.ts";
import { serve } from "./gateway/serve.ts";

/** The control API's functions, by the path that they are deployed at. */
export type ControlHandlers = Readonly<Record<string, HttpHandler>>;

/**
 * The control API's gateway: each function at its path, and at `/` the function of the service that
 * the request was signed for, so that one `--endpoint-url` serves all.
 */
export function controlServer(identity: ApiIdentity, handlers: ControlHandlers): RequestListener {
  const answer = async (message: HttpMessage) => {
    const path = isCall(message)
      ? `/${serviceOf(message)}`
      : message.rawPath.replace(/(?<=.)\/$/, "");
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined;
    if (handler === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, { routeKey: `ANY ${path}`, pathParameters: {} });
    return handler(event, lambdaContext(path.slice(1)));
  };
  return serve({
    answer,
    tooLarge: () => gatewayAnswer(413, "Request Entity Too Large"),
    failed: () => gatewayAnswer(500, "Internal Server Error"),
  });
}

/**
 * Clients post their calls to `/`. A presigned call, such as one that proves an identity to a third
 * party, is a GET.
 */
const isCall = ({ method, rawPath, rawQuery }: HttpMessage): boolean =>
  rawPath === "/" && (method === "POST" || /(?:^|&)Action=/.test(rawQuery));

/** The service in the credential scope. An unsigned request can only be for STS. */
function serviceOf({ headers, rawQuery }: HttpMessage): string {
  if (headers["x-amz-target"]?.startsWith("AWSOrganizations")) return "organizations";
  const scope = headers.authorization ?? /X-Amz-Credential=([^&]*)/.exec(rawQuery)?.[1] ?? "";
  return /(?:\/|%2F)(iam|sts|organizations)(?:\/|%2F)aws4_request/i.exec(scope)?.[1] ?? "sts";
}
