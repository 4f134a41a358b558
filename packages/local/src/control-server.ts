import type { RequestListener } from "node:http";
import type { HttpHandler } from "@portcullis/functions";
import { type ApiIdentity, lambdaContext, proxyEvent } from "./gateway/event.ts";
import { gatewayAnswer, type HttpMessage, readMessage, respond } from "./gateway/http-message.ts";

/** The control API's functions by the path that they are deployed at. */
export type ControlHandlers = Readonly<Record<string, HttpHandler>>;

/**
 * The control API's gateway: each function at its path, and at `/` the function of the service that the request was signed for, so that
 * one `--endpoint-url` serves all.
 */
export function controlServer(identity: ApiIdentity, handlers: ControlHandlers): RequestListener {
  const answer = async (message: HttpMessage) => {
    const path =
      message.rawPath === "/" && message.method === "POST"
        ? `/${serviceOf(message)}`
        : message.rawPath.replace(/(?<=.)\/$/, "");
    const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined;
    if (handler === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, { routeKey: `ANY ${path}`, pathParameters: {} });
    return handler(event, lambdaContext(path.slice(1)));
  };
  return (request, response) => {
    readMessage(request)
      .then((message) =>
        message === undefined ? gatewayAnswer(413, "Request Entity Too Large") : answer(message),
      )
      .catch((error: unknown) => {
        console.error(error);
        return gatewayAnswer(500, "Internal Server Error");
      })
      .then((result) => respond(response, result))
      .catch(() => response.destroy());
  };
}

/** By the credential scope; unsigned requests can only be for STS. */
function serviceOf({ headers, rawQuery }: HttpMessage): string {
  if (headers["x-amz-target"]?.startsWith("AWSOrganizations")) return "organizations";
  const scope =
    headers.authorization ??
    decodeURIComponent(
      /X-Amz-Credential=([^&]*)/.exec(rawQuery)?.[1]?.replace(/%(?![0-9A-Fa-f]{2})/g, "") ?? "",
    );
  const service = /\/(iam|sts|organizations)\/aws4_request/.exec(scope)?.[1];
  return service ?? "sts";
}
