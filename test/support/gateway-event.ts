/** The host of requests in `eventOf`. */
export const HOST = "api.test";

/** A request as an HTTP API gives it to its authorizer. */
export function eventOf({
  method,
  rawPath,
  rawQueryString,
  headers,
}: {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Record<string, string>;
}) {
  return {
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers,
    requestContext: {
      accountId: "100000000000",
      apiId: "own",
      domainName: HOST,
      domainPrefix: "api",
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "tests",
      },
      requestId: "request",
      routeKey: "$default",
      stage: "$default",
      time: "",
      timeEpoch: 0,
    },
  };
}
