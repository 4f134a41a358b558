import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type HttpMessage, isText } from "./http-message.ts";

export interface ApiIdentity {
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly stage: string;
}

/**
 * The event (payload 2.0) that an HTTP API makes of a request. Empty members are absent, as on AWS.
 */
export function proxyEvent(
  { apiId, account, stage }: ApiIdentity,
  message: HttpMessage,
  route: { readonly routeKey: string; readonly pathParameters: Readonly<Record<string, string>> },
  requestId: string = randomUUID(),
): APIGatewayProxyEventV2 {
  const { method, rawPath, rawQuery, headers, body, sourceIp } = message;
  const text = isText(headers["content-type"]);
  const now = new Date();
  const query = queryOf(rawQuery);
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: rawQuery,
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(Object.keys(route.pathParameters).length === 0
      ? {}
      : { pathParameters: { ...route.pathParameters } }),
    requestContext: {
      accountId: account,
      apiId,
      domainName: headers.host ?? "localhost",
      domainPrefix: apiId,
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.routeKey,
      stage,
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** Decoded parameters; repeated ones are joined by commas. */
function queryOf(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === "") return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** The context of a handler's invocation. No function here reads it. */
export function lambdaContext(functionName: string): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    // API Gateway's timeout of a function. That of an authorizer is enforced where it is called.
    getRemainingTimeInMillis: () => 29_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
