import { findAction, type KnownAction } from "../services/services.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import { atKey } from "./condition-keys.ts";
import type { LintDocument, LintStatement } from "./document.ts";

const FOR_DENY =
  "can be overly permissive: the request has no such key for them, and they are not denied by this statement. We recommend that you move these actions to a different statement without this condition key.";
const FOR_ALLOW =
  "does not affect the policy: the request has no such key for them, and they are not allowed by this statement. We recommend that you move these actions to a different statement without this condition key.";

/** Checks of aws:ResourceTag on actions whose resources have no tags. */
export const TAG_CHECKS: readonly CheckRule[] = [
  check(
    "Deny",
    "Deny with unsupported tag condition key for service",
    "SECURITY_WARNING",
    FOR_DENY,
  ),
  check("Allow", "Allow with unsupported tag condition key for service", "SUGGESTION", FOR_ALLOW),
];

function check(
  effect: "Allow" | "Deny",
  title: string,
  type: CheckRule["type"],
  details: string,
): CheckRule {
  return {
    title,
    type,
    find: ofConditions(function* (condition, statement, document) {
      if (statement.effect !== effect || !/^aws:resourcetag\/./i.test(condition.key)) return;
      // With these the missing key counts as met.
      if (/IfExists$|^ForAllValues:|Not/.test(condition.operator) || condition.operator === "Null")
        return;
      const without = untagged(statement, document);
      if (without.length === 0) return;
      yield {
        at: atKey(condition),
        details: `Using the effect ${effect} with the tag condition key ${condition.key} and the actions ${without.slice(0, 5).join(", ")} ${details}`,
      };
    }),
  };
}

function untagged({ actions }: LintStatement, { services }: LintDocument): readonly string[] {
  if (services === undefined || actions === undefined || actions.except) return [];
  return actions.texts.flatMap(({ text }) => {
    const known = findAction(services, text);
    return known === undefined || hasTags(known) ? [] : [text];
  });
}

/**
 * Whether requests for the action can have a resource's tags; "yes" where the definition does not
 * say.
 */
function hasTags({ service, reference }: KnownAction): boolean {
  const resources = (reference.Resources ?? []).map(({ Name }) => service.resources.get(Name));
  const lists = [
    reference.ActionConditionKeys,
    ...resources.map((resource) => resource?.ConditionKeys),
  ];
  const known = lists.filter((list) => list != null);
  if (known.length === 0) return true;
  return known.some((list) => list.some((key) => /^aws:resourcetag\//i.test(key)));
}
