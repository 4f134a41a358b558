import { conditionKeysOf, findAction } from "../services/services.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import type { LintDocument, LintStatement } from "./document.ts";

/** Checks of aws:ResourceTag on actions whose resources have no tags. */
export const TAG_CHECKS: readonly CheckRule[] = [
  check(
    "Deny with unsupported tag condition key for service",
    "Deny",
    "SECURITY_WARNING",
    "can be overly permissive: the request has no such key for them, and they are not denied",
  ),
  check(
    "Allow with unsupported tag condition key for service",
    "Allow",
    "SUGGESTION",
    "does not affect the policy: the request has no such key for them, and they are not allowed",
  ),
];

function check(
  title: string,
  effect: "Allow" | "Deny",
  type: CheckRule["type"],
  outcome: string,
): CheckRule {
  return {
    title,
    type,
    find: ofConditions(({ key, operator, atKey: at }, statement, document) => {
      if (statement.effect !== effect || !/^aws:resourcetag\/./i.test(key)) return undefined;
      // With these the missing key counts as met.
      if (/IfExists$|^ForAllValues:|Not/.test(operator) || operator === "Null") return undefined;
      const without = untagged(statement, document);
      if (without.length === 0) return undefined;
      const details = `Using the effect ${effect} with the tag condition key ${key} and the actions ${without.slice(0, 5).join(", ")} ${outcome} by this statement. We recommend that you move these actions to a different statement without this condition key.`;
      return { at, details };
    }),
  };
}

/** Listed actions that come without a resource's tags, as far as their definitions say. */
function untagged({ actions }: LintStatement, { services }: LintDocument): readonly string[] {
  if (services === undefined || actions === undefined || actions.except) return [];
  return actions.texts.flatMap(({ text }) => {
    const known = findAction(services, text);
    const keys = known && conditionKeysOf(known);
    return keys?.some((key) => /^aws:resourcetag\//i.test(key)) === false ? [text] : [];
  });
}
