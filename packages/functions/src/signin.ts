import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import { type SignInAnswer, type SignInRequest, signIn } from "@portcullis/iam/sign-in";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { HttpHandler } from "./control-handler.ts";
import { deployedInstallation, type Installation } from "./installation.ts";

/** The longest that each member may be; accounts are ids or aliases. */
const LONGEST = { account: 63, userName: 64, email: 320, password: 128, mfaCode: 6 } as const;

/** `POST /signin`: a password, and a code where one is needed, for temporary credentials. */
export const signInHandler = (
  installation: () => Installation | Promise<Installation>,
): HttpHandler =>
  middy(async (event: APIGatewayProxyEventV2) => {
    const { http } = event.requestContext;
    if (http.method !== "POST")
      return answer(405, { message: "Method Not Allowed" }, { allow: "POST" });
    const request = readRequest(
      Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    );
    if (typeof request === "string") return answer(400, { message: request });
    const found = await installation();
    const { store, settings, directory } = found;
    const now = new Date();
    const started = performance.now();
    const log = (judged: SignInAnswer | undefined, reason?: string) =>
      found.log(line(judged, { event, request, now, started, reason }));
    try {
      const judged = await signIn(
        { store, settings, sealer: await directory.keyRing(), now, sourceIp: http.sourceIp },
        request,
      );
      log(judged);
      return answerTo(judged);
    } catch (error) {
      log(undefined, error instanceof Error ? `${error.stack ?? error}` : String(error));
      return answer(500, { message: "Internal Server Error" });
    }
  });

/** One body for whatever was wrong. */
const REFUSED = { message: "Your authentication information is incorrect. Please try again." };

function answerTo(judged: SignInAnswer): APIGatewayProxyStructuredResultV2 {
  switch (judged.outcome) {
    case "signedIn": {
      const { credentials, passwordResetRequired } = judged;
      return answer(200, { credentials, passwordResetRequired });
    }
    case "mfaRequired":
      return answer(401, { message: "A code of your MFA device is required.", mfaRequired: true });
    case "refused":
      return answer(
        401,
        REFUSED,
        judged.waitSeconds === 0 ? {} : { "retry-after": String(judged.waitSeconds) },
      );
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

/** The request of a body, or what is wrong with its form; what it says is judged by nobody here. */
function readRequest(body: Buffer): SignInRequest | string {
  const members = parseObject(body);
  if (members === undefined) return "The body must be a JSON object.";
  const { account, userName, email, password, mfaCode } = members;
  for (const [name, longest] of Object.entries(LONGEST)) {
    const value = members[name];
    if (
      value !== undefined &&
      !(typeof value === "string" && value.length > 0 && value.length <= longest)
    ) {
      return `\`${name}\` must be a string of 1 to ${longest} characters.`;
    }
  }
  if (typeof account !== "string" || typeof password !== "string")
    return "`account` and `password` are required.";
  const code = typeof mfaCode === "string" ? { mfaCode } : {};
  if (typeof userName === "string" && email === undefined)
    return { account, user: { kind: "user", name: userName }, password, ...code };
  if (typeof email === "string" && userName === undefined)
    return { account, user: { kind: "root", email }, password, ...code };
  return "Either `userName` or `email` is required.";
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The log tells who tried and whether it went well; never with what. */
function line(
  judged: SignInAnswer | undefined,
  {
    event,
    request,
    now,
    started,
    reason,
  }: {
    event: APIGatewayProxyEventV2;
    request: SignInRequest;
    now: Date;
    started: number;
    reason: string | undefined;
  },
) {
  return {
    type: "decision" as const,
    time: now.toISOString(),
    decisionId: randomUUID(),
    requestId: event.requestContext.requestId,
    outcome: OUTCOMES[judged?.outcome ?? "failed"],
    reason: reason ?? judged?.outcome,
    principal: judged?.outcome === "signedIn" ? judged.principalArn : undefined,
    // An id or an alias; what else was sent in its place is not for the log.
    ...(/^[a-z0-9-]{3,63}$/.test(request.account) ? { account: request.account } : {}),
    action: "signin",
    sourceIp: event.requestContext.http.sourceIp,
    milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
  };
}

const OUTCOMES = {
  signedIn: "allowed",
  mfaRequired: "unauthenticated",
  refused: "unauthenticated",
  failed: "error",
} as const;

/** Public: whoever knows a password gets in. */
export const handler = signInHandler(() => deployedInstallation());
