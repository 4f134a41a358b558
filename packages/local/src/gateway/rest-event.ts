import { randomUUID } from "node:crypto";
import type { RouteMatch } from "@portcullis/authorizer/route";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { ApiIdentity } from "./event.ts";
import { type HttpMessage, isText } from "./http-message.ts";

/**
 * The event for the function behind a REST API, without the authorizer's context. Empty members are
 * null, as on AWS.
 */
export type RestEvent = Omit<APIGatewayProxyEvent, "requestContext"> & {
  readonly requestContext: Omit<APIGatewayProxyEvent["requestContext"], "authorizer">;
};

/**
 * The event of a request. `path` is the message's path after the stage. Path parameters are passed
 * on as they came, query parameters decoded.
 */
export function restEvent(
  { apiId, account, stage }: ApiIdentity,
  message: HttpMessage,
  path: string,
  { routeKey, pathParameters }: RouteMatch,
): RestEvent {
  const { method, rawPath, rawQuery, rawHeaders, body, sourceIp, headers } = message;
  const text = isText(headers["content-type"]);
  const now = new Date();
  const resource = routeKey.slice(routeKey.indexOf(" ") + 1);
  const query = [...new URLSearchParams(rawQuery)];
  return {
    resource,
    path,
    httpMethod: method,
    headers: orNull(Object.fromEntries(rawHeaders)) ?? {},
    multiValueHeaders: orNull(grouped(rawHeaders)) ?? {},
    queryStringParameters: orNull(Object.fromEntries(query)),
    multiValueQueryStringParameters: orNull(grouped(query)),
    pathParameters: orNull({ ...pathParameters }),
    stageVariables: null,
    requestContext: {
      accountId: account,
      apiId,
      resourceId: "local",
      resourcePath: resource,
      httpMethod: method,
      path: rawPath,
      stage,
      protocol: "HTTP/1.1",
      domainName: headers.host ?? "localhost",
      domainPrefix: apiId,
      requestId: randomUUID(),
      extendedRequestId: randomUUID(),
      requestTime: now.toUTCString(),
      requestTimeEpoch: now.getTime(),
      identity: { ...NO_IDENTITY, sourceIp, userAgent: headers["user-agent"] ?? null },
    },
    body: body.length === 0 ? null : body.toString(text ? "utf8" : "base64"),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** The same request without its body: an authorizer never receives one. */
export function restAuthorizerEvent(
  { body: _, isBase64Encoded: __, ...event }: RestEvent,
  methodArn: string,
): APIGatewayRequestAuthorizerEvent {
  // The authorizer's event has the request's context without the `authorizer` member that its type
  // demands.
  const requestContext = { ...event.requestContext, authorizer: undefined };
  return { ...event, type: "REQUEST", methodArn, requestContext };
}

const NO_IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** All values of a name. */
export function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

const orNull = <T extends object>(value: T): T | null =>
  Object.keys(value).length === 0 ? null : value;
