import type { Statement } from "@portcullis/policy";
import { statementText } from "./words.ts";

const VERBS = { Allow: "Allows", Deny: "Denies" } as const;

/**
 * What a statement does, as one sentence for people, such as ``Allows `orders:GetOrder` on
 * `arn:aws:orders:*:*:order/*` if `aws:MultiFactorAuthPresent` is `true`.`` Long lists are cut.
 */
export function describeStatement(statement: Statement): string {
  const { effect, action, resource, principal, condition } = statement;
  const words = statementText(
    { action, resource, principal, condition },
    action.patterns,
    resource?.patterns ?? [],
  );
  return `${VERBS[effect]} ${words}.`;
}
