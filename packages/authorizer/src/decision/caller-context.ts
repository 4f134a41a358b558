import type { Allowed } from "./answer.ts";

/**
 * The caller as the function behind the gateway gets it: flat, every value a string, since every
 * kind of API Gateway can carry that.
 */
export function callerContext({
  caller,
  decisionId,
  payloadHash,
}: Allowed): Record<string, string> {
  const { principal, session, account, userName, tags } = caller;
  const context: Record<string, string> = {
    principalArn: "arn" in principal ? principal.arn : "",
    principalType: principal.type,
    accountId: account,
    userId: "userId" in principal ? principal.userId : "",
    mfaAuthenticated: String(session?.mfaAt !== undefined),
    decisionId,
    contentSha256: payloadHash,
  };
  if (userName !== undefined) context.userName = userName;
  if (session?.roleName !== undefined) context.roleName = session.roleName;
  if (session?.sessionName !== undefined) context.sessionName = session.sessionName;
  for (const { key, value } of tags) context[`tag:${key}`] = value;
  return context;
}
