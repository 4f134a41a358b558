import type { Caller } from "@portcullis/iam/caller";
import type { DecisionLine } from "./decision-log.ts";

/** The caller of a decision, as its log line names it. */
export function callerLine({
  principal,
  account,
  accessKeyId,
}: Caller): Pick<DecisionLine, "principal" | "userId" | "account" | "accessKeyId"> {
  return {
    principal: "arn" in principal ? principal.arn : principal.type,
    ...("userId" in principal ? { userId: principal.userId } : {}),
    account,
    ...(accessKeyId === "" ? {} : { accessKeyId }),
  };
}
