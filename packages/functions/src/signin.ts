import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import type { DecisionLine } from "@portcullis/authorizer";
import { ApiError } from "@portcullis/iam/error";
import { recoverRoot } from "@portcullis/iam/root-recovery";
import { type SignInAnswer, signIn } from "@portcullis/iam/sign-in";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { answerAuthorize } from "./http/authorize-answer.ts";
import { browserAccess, isOwnOrigin } from "./http/browser-access.ts";
import type { HttpHandler } from "./http/control-handler.ts";
import { signInEvents } from "./http/signin-event.ts";
import { readSignInRequest } from "./http/signin-request.ts";
import { answerToken } from "./http/token-answer.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/**
 * The paths of AWS's sign-in service for applications. They are served below the path of the
 * sign-in too, so that clients can have that path as their endpoint.
 */
export const LOGIN_PATHS = [
  "/v1/authorize",
  "/v1/token",
  "/signin/v1/authorize",
  "/signin/v1/token",
] as const;

/**
 * `POST /signin`: a password, and a code where one is needed, for temporary credentials; or a root
 * user's recovery code and the password that it chooses. `GET /v1/authorize` and `POST /v1/token`:
 * the login of an application by the browser.
 */
export const signInHandler = (
  installation: () => Installation | Promise<Installation>,
): HttpHandler =>
  middy(async (event: APIGatewayProxyEventV2) => {
    if (event.rawPath.endsWith("/v1/authorize"))
      return answerAuthorize(event, await installation());
    if (event.rawPath.endsWith("/v1/token")) return answerToken(event, await installation());
    return answerSignIn(event, installation);
  }).use(browserAccess(async () => (await installation()).browser));

async function answerSignIn(
  event: APIGatewayProxyEventV2,
  installation: () => Installation | Promise<Installation>,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (event.requestContext.http.method !== "POST")
    return answer(405, { message: "Method Not Allowed" }, { allow: "POST" });
  // A form of another site can't have this type, and a script of another site can't set it unasked.
  if (!/^application\/json(?: *;|$)/i.test(event.headers["content-type"] ?? ""))
    return answer(415, { message: "The content type must be application/json." });
  const found = await installation();
  const scheme = found.settings.issuer.startsWith("http:") ? "http:" : "https:";
  if (!isOwnOrigin(event, found.browser, scheme))
    return answer(403, { message: "Pages of other origins cannot sign in." });
  const request = readSignInRequest(
    Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  );
  if (typeof request === "string") return answer(400, { message: request });

  const { store, settings, directory, log } = found;
  const { sourceIp } = event.requestContext.http;
  const now = new Date();
  const started = performance.now();
  try {
    const sealer = await directory.keyRing();
    const context = { store, settings, sealer, now, sourceIp };
    const result = await ("recoveryCode" in request
      ? recoverRoot(context, request)
      : signIn(context, request));
    const line = { ...lineOf(event, now, started), ...resultLine(result) };
    const audit = signInEvents(result, event, { now, region: settings.region });
    log({ ...line, ...(audit.length > 0 ? { audit } : {}) });
    return answerTo(result);
  } catch (error) {
    // Depends on the new password alone, and so tells nothing of the account or the code.
    if (error instanceof ApiError && error.code === "PasswordPolicyViolation") {
      log({ ...lineOf(event, now, started), outcome: "unauthenticated", reason: error.code });
      return answer(400, { message: error.message });
    }
    const reason = error instanceof Error ? `${error.stack ?? error}` : String(error);
    log({ ...lineOf(event, now, started), outcome: "error", reason });
    return answer(500, { message: "Internal Server Error" });
  }
}

/** One body for whatever was wrong. */
const REFUSED = { message: "Your authentication information is incorrect. Please try again." };

function answerTo(result: SignInAnswer): APIGatewayProxyStructuredResultV2 {
  switch (result.outcome) {
    case "signedIn": {
      const { credentials, passwordResetRequired } = result;
      return answer(200, { credentials, passwordResetRequired });
    }
    case "mfaRequired":
      return answer(401, { message: "A code of your MFA device is required.", mfaRequired: true });
    case "refused": {
      const { waitSeconds } = result;
      return answer(401, REFUSED, waitSeconds === 0 ? {} : { "retry-after": String(waitSeconds) });
    }
  }
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

const lineOf = (
  { requestContext }: APIGatewayProxyEventV2,
  now: Date,
  started: number,
): Omit<DecisionLine, "outcome"> => ({
  type: "decision",
  time: now.toISOString(),
  decisionId: randomUUID(),
  requestId: requestContext.requestId,
  action: "signin",
  sourceIp: requestContext.http.sourceIp,
  milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
});

/**
 * Account and principal are logged where they exist. What else was typed is not: it may be a
 * password in the wrong field.
 */
const resultLine = ({
  outcome,
  account,
  principalArn,
}: SignInAnswer): Pick<DecisionLine, "outcome" | "reason" | "account" | "principal"> => ({
  outcome: outcome === "signedIn" ? "allowed" : "unauthenticated",
  reason: outcome,
  ...(account === undefined ? {} : { account }),
  ...(principalArn === undefined ? {} : { principal: principalArn }),
});

/** Public: a password is all that a caller needs. */
export const handler = signInHandler(() => deployedInstallation());
