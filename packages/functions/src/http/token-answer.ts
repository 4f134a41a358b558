import { randomUUID } from "node:crypto";
import type { DecisionLine } from "@portcullis/authorizer";
import { createToken, type TokenAnswer, type TokenError } from "@portcullis/iam/login/create-token";
import { verifyDpopProof } from "@portcullis/iam/login/dpop-proof";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Installation } from "../installation/installation.ts";
import { tokenEvents } from "./signin-event.ts";
import { readTokenRequest } from "./token-request.ts";

/**
 * `POST /v1/token`: exchanges an authorization code or a refresh token for credentials (AWS
 * Sign-In, CreateOAuth2Token). Applications call it, never web pages.
 */
export async function answerToken(
  event: APIGatewayProxyEventV2,
  installation: Installation,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { requestContext, headers } = event;
  if (requestContext.http.method !== "POST") {
    const { headers: usual, ...rest } = answer(405, { message: "Method Not Allowed" });
    return { ...rest, headers: { ...usual, allow: "POST" } };
  }
  if (headers.origin !== undefined)
    return answer(403, { message: "Web pages cannot exchange tokens." });
  const now = new Date();
  const started = performance.now();
  const line = (result: Pick<DecisionLine, "outcome" | "reason">): DecisionLine => ({
    type: "decision",
    time: now.toISOString(),
    decisionId: randomUUID(),
    requestId: requestContext.requestId,
    action: "signin:CreateOAuth2Token",
    region: installation.settings.region,
    sourceIp: requestContext.http.sourceIp,
    milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
    ...result,
  });
  try {
    const result = await exchange(event, installation, now);
    const audit = tokenEvents(result, event, { now, region: installation.settings.region });
    installation.log({
      ...line({
        outcome: outcomeOf(result),
        reason: result.ok ? "allowed" : `${result.error}: ${result.reason}`,
      }),
      ...(result.account === undefined ? {} : { account: result.account }),
      ...(result.principalArn === undefined ? {} : { principal: result.principalArn }),
      ...(audit.length > 0 ? { audit } : {}),
    });
    return result.ok ? answer(200, bodyOf(result)) : refusal(result.error);
  } catch (error) {
    const reason = error instanceof Error ? `${error.stack ?? error}` : String(error);
    installation.log(line({ outcome: "error", reason }));
    const message = "The request processing has failed because of an internal error.";
    return answer(
      500,
      { error: "server_error", message },
      { "x-amzn-errortype": "InternalServerException" },
    );
  }
}

async function exchange(
  { requestContext, headers, rawPath, body, isBase64Encoded }: APIGatewayProxyEventV2,
  { store, settings, directory }: Installation,
  now: Date,
): Promise<TokenAnswer> {
  const invalid = (reason: string): TokenAnswer => ({
    ok: false,
    error: "INVALID_REQUEST",
    reason,
  });
  if (!/^application\/json(?: *;|$)/i.test(headers["content-type"] ?? ""))
    return invalid("the content type is not application/json");
  const request = readTokenRequest(Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"));
  if (request === undefined) return invalid("a parameter is missing or malformed");
  const scheme = settings.issuer.startsWith("http:") ? "http:" : "https:";
  const proof = await verifyDpopProof(headers.dpop, {
    method: requestContext.http.method,
    // The host was found to be the API's own.
    url: `${scheme}//${headers.host}${rawPath}`,
    now,
  });
  if (typeof proof === "string") return invalid(proof);
  const sealer = await directory.keyRing();
  await sealer.knows("code" in request ? request.code : request.refreshToken);
  return createToken({ store, sealer, settings, now }, request, proof);
}

/** Lines of the unauthenticated belong to no account, and their events are not kept. */
function outcomeOf({ ok, account }: TokenAnswer): DecisionLine["outcome"] {
  if (ok) return "allowed";
  return account === undefined ? "unauthenticated" : "invalid";
}

const bodyOf = (result: Extract<TokenAnswer, { readonly ok: true }>) => ({
  accessToken: {
    accessKeyId: result.credentials.AccessKeyId,
    secretAccessKey: result.credentials.SecretAccessKey,
    sessionToken: result.credentials.SessionToken,
  },
  tokenType: "aws_sigv4",
  expiresIn: result.expiresInSeconds,
  refreshToken: result.refreshToken,
  ...(result.idToken === undefined ? {} : { idToken: result.idToken }),
});

interface Refusal {
  readonly status: number;
  /** AWS's name of the error. */
  readonly type: string;
  readonly message: string;
}

/** The status depends on the error, not only on its type (AWS Sign-In, CreateOAuth2Token). */
const REFUSALS: Readonly<Record<TokenError, Refusal>> = {
  INVALID_REQUEST: {
    status: 400,
    type: "ValidationException",
    message:
      "The provided authorization grant is invalid, expired, revoked, or malformed, or the request is missing a required parameter.",
  },
  AUTHCODE_EXPIRED: {
    status: 401,
    type: "AccessDeniedException",
    message: "The authorization code has expired.",
  },
  TOKEN_EXPIRED: {
    status: 401,
    type: "AccessDeniedException",
    message: "The session has expired.",
  },
  USER_CREDENTIALS_CHANGED: {
    status: 403,
    type: "AccessDeniedException",
    message: "The credentials of the user have changed.",
  },
};

function refusal(error: TokenError): APIGatewayProxyStructuredResultV2 {
  const { status, type, message } = REFUSALS[error];
  return answer(status, { error, message }, { "x-amzn-errortype": type });
}

const answer = (
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});
