import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { BrowserAccess } from "../installation/browser-settings.ts";

type Handled = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/**
 * Refuses requests whose `Host` is not the API's own, answers preflights of the console's origin,
 * and lets that origin alone read the answers. No other origin is named in any answer.
 */
export function browserAccess(access: () => Promise<BrowserAccess>): Handled {
  return {
    async before({ event }) {
      const { hosts, consoleOrigin } = await access();
      if (!isOwnHost(event, hosts)) return refusal(403, "Forbidden");
      if (event.requestContext.http.method !== "OPTIONS") return undefined;
      if (consoleOrigin === undefined || event.headers.origin !== consoleOrigin)
        return refusal(403, "Forbidden");
      return { statusCode: 204, headers: { ...PREFLIGHT, ...readable(consoleOrigin) } };
    },
    async after(request) {
      const { consoleOrigin } = await access();
      if (consoleOrigin === undefined || request.event.headers.origin !== consoleOrigin) return;
      const { response } = request;
      if (response) response.headers = { ...response.headers, ...readable(consoleOrigin) };
    },
  };
}

/**
 * Whether a request comes from no web page, from a page of the API's own origin, or from the
 * console.
 * @param scheme of the API's URL, `https:`
 */
export function isOwnOrigin(
  { headers, requestContext }: APIGatewayProxyEventV2,
  { consoleOrigin }: BrowserAccess,
  scheme: string,
): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  return origin === consoleOrigin || origin === `${scheme}//${requestContext.domainName}`;
}

function isOwnHost(
  { headers, requestContext }: APIGatewayProxyEventV2,
  hosts: readonly string[] = [requestContext.domainName],
): boolean {
  const host = headers.host?.toLowerCase();
  return hosts.some((own) => own.toLowerCase() === host);
}

/** What the AWS SDK for JavaScript sends in a browser, and the headers of the console's own. */
const PREFLIGHT = {
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": [
    "authorization",
    "content-type",
    "if-match",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
    "x-amz-user-agent",
    "x-portcullis-name-prefix",
  ].join(","),
  "access-control-max-age": "7200",
};

/** By `date` the SDK corrects a wrong clock. */
const readable = (origin: string) => ({
  "access-control-allow-origin": origin,
  "access-control-expose-headers": "date,retry-after,x-amzn-requestid",
  vary: "origin",
});

const refusal = (statusCode: number, message: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message }),
});
