import type { RequestListener } from "node:http";
import type { HttpHandler } from "@portcullis/functions";
import { hasPaths, isServiceName, serviceOfRequest } from "@portcullis/protocol";
import { type ApiIdentity, lambdaContext, proxyEvent } from "./gateway/event.ts";
import { gatewayAnswer, type HttpMessage } from "./gateway/http-message.ts";
import { serve } from "./gateway/serve.ts";

/** The control API's functions, by the path that they are deployed at. */
export type ControlHandlers = Readonly<Record<string, HttpHandler>>;

/**
 * The control API's gateway. Each function is at its path, and at `/` is the function of the
 * service that the request names, so that one `--endpoint-url` serves all. The requests of a REST
 * service have paths of their own, at `/` as below the service's path.
 */
export function controlServer(identity: ApiIdentity, handlers: ControlHandlers): RequestListener {
  const answer = async (message: HttpMessage) => {
    const path = handlerPath(message, handlers);
    const handler = path === undefined ? undefined : handlers[path];
    if (path === undefined || handler === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, { routeKey: `ANY ${path}`, pathParameters: {} });
    return handler(event, lambdaContext(path.slice(1)));
  };
  return serve({
    answer,
    tooLarge: () => gatewayAnswer(413, "Request Entity Too Large"),
    failed: () => gatewayAnswer(500, "Internal Server Error"),
  });
}

function handlerPath(message: HttpMessage, handlers: ControlHandlers): string | undefined {
  const isHandled = (path: string) => Object.hasOwn(handlers, path);
  const { rawPath } = message;
  if (isCall(message)) return `/${serviceOf(message) ?? "sts"}`;
  const path = rawPath.replace(/(?<=.)\/$/, "");
  if (isHandled(path)) return path;
  const [, first = ""] = rawPath.split("/", 2);
  const service = isServiceName(first) ? first : serviceOf(message);
  const own = `/${service}`;
  return service !== undefined && hasPaths(service) && isHandled(own) ? own : undefined;
}

/** Clients POST to `/`. A presigned call, such as one that proves an identity, is a GET. */
const isCall = ({ method, rawPath, rawQuery }: HttpMessage): boolean =>
  rawPath === "/" && (method === "POST" || /(?:^|&)Action=/.test(rawQuery));

const serviceOf = ({ headers, rawQuery, body }: HttpMessage) =>
  serviceOfRequest({
    target: headers["x-amz-target"],
    authorization: headers.authorization,
    rawQuery,
    body: body.toString("latin1"),
  });
