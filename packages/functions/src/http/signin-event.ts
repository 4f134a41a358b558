import { packEvent } from "@portcullis/iam/audit/audit-text";
import type { LoggedEvent } from "@portcullis/iam/record/audit-event";
import type { SignInAnswer } from "@portcullis/iam/sign-in";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** The audit event of a sign-in that succeeded (CloudTrail UG/sign-in events). */
export function signInEvents(
  { outcome, account, principalArn }: SignInAnswer,
  { headers, requestContext }: APIGatewayProxyEventV2,
  { now, region }: { readonly now: Date; readonly region: string },
): readonly LoggedEvent[] {
  if (outcome !== "signedIn" || account === undefined) return [];
  const userName = principalArn?.split(/[:/]/).at(-1);
  const id = timeOrderedId(now);
  const packed = packEvent({
    id,
    time: `${now.toISOString().slice(0, 19)}Z`,
    service: "signin",
    name: "ConsoleLogin",
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
    response: { ConsoleLogin: "Success" },
  });
  return [{ account, id, ...packed }];
}
