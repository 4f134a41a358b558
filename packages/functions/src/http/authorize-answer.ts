import {
  type AuthorizationParameters,
  readAuthorizationRequest,
} from "@portcullis/iam/login/authorization-request";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Installation } from "../installation/installation.ts";

/**
 * `GET /v1/authorize`: sends the browser to the console, which asks the person. It grants nothing,
 * and redirects to the console only: what is wrong with the request is answered here.
 */
export function answerAuthorize(
  { requestContext, rawQueryString, headers }: APIGatewayProxyEventV2,
  { browser, settings }: Installation,
): APIGatewayProxyStructuredResultV2 {
  if (requestContext.http.method !== "GET")
    return { ...refusal(405, "Method Not Allowed"), headers: { ...HEADERS, allow: "GET" } };
  const query = new URLSearchParams(rawQueryString);
  if (new Set(query.keys()).size < query.size)
    return refusal(400, "A parameter is given more than once.");
  if (query.get("response_type") !== "code") return refusal(400, "The response_type must be code.");
  const request = readAuthorizationRequest(parametersOf(query));
  if (typeof request === "string") return refusal(400, request);
  const isLocal = settings.issuer.startsWith("http:");
  const console = browser.consoleOrigin ?? (isLocal ? `http://${headers.host}` : undefined);
  if (console === undefined)
    return refusal(400, "This installation has no web console. Log in with --no-browser.");
  const location = new URL("/console/authorize", console);
  for (const [name, value] of Object.entries({
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    code_challenge: request.codeChallenge,
    code_challenge_method: "S256",
    state: request.state,
  }))
    location.searchParams.set(name, value);
  return { statusCode: 302, headers: { ...HEADERS, location: location.href }, body: "" };
}

const parametersOf = (query: URLSearchParams): AuthorizationParameters => ({
  clientId: query.get("client_id") ?? undefined,
  redirectUri: query.get("redirect_uri") ?? undefined,
  codeChallenge: query.get("code_challenge") ?? undefined,
  codeChallengeMethod: query.get("code_challenge_method") ?? undefined,
  state: query.get("state") ?? undefined,
});

/** A person may see the answer, in a browser. */
const HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const refusal = (statusCode: number, message: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: HEADERS,
  body: message,
});
