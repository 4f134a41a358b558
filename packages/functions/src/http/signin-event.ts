import { packEvent } from "@portcullis/iam/audit/audit-text";
import type { TokenAnswer } from "@portcullis/iam/login/create-token";
import type { AuditEvent, LoggedEvent } from "@portcullis/iam/record/audit-event";
import type { SignInAnswer } from "@portcullis/iam/sign-in";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

interface EventFacts {
  readonly now: Date;
  readonly region: string;
}

/** The audit event of a sign-in that succeeded (CloudTrail UG/sign-in events). */
export const signInEvents = (
  { outcome, account, principalArn }: SignInAnswer,
  event: APIGatewayProxyEventV2,
  facts: EventFacts,
): readonly LoggedEvent[] =>
  outcome !== "signedIn" || account === undefined
    ? []
    : logged(account, principalArn, event, facts, {
        name: "ConsoleLogin",
        response: { ConsoleLogin: "Success" },
      });

/**
 * The audit event of a token request whose account is known: its code or token was one of this
 * installation.
 */
export const tokenEvents = (
  answer: TokenAnswer,
  event: APIGatewayProxyEventV2,
  facts: EventFacts,
): readonly LoggedEvent[] =>
  answer.account === undefined
    ? []
    : logged(answer.account, answer.principalArn, event, facts, {
        name: "CreateOAuth2Token",
        ...(answer.ok ? {} : { errorCode: answer.error, errorMessage: answer.reason }),
      });

function logged(
  account: string,
  principalArn: string | undefined,
  { headers, requestContext }: APIGatewayProxyEventV2,
  { now, region }: EventFacts,
  what: Pick<AuditEvent, "name" | "response" | "errorCode" | "errorMessage">,
): readonly LoggedEvent[] {
  const userName = principalArn?.split(/[:/]/).at(-1);
  const id = timeOrderedId(now);
  const packed = packEvent({
    id,
    time: `${now.toISOString().slice(0, 19)}Z`,
    service: "signin",
    region,
    sourceIp: requestContext.http.sourceIp,
    ...(headers["user-agent"] === undefined
      ? {}
      : { userAgent: headers["user-agent"].slice(0, 200) }),
    requestId: requestContext.requestId,
    identity: {
      type: principalArn?.endsWith(":root") ? "Root" : "IAMUser",
      ...(principalArn === undefined ? {} : { arn: principalArn }),
      accountId: account,
      ...(userName === undefined || userName === "root" ? {} : { userName }),
    },
    ...what,
  });
  return [{ account, id, ...packed }];
}
