import type { ConditionEntry } from "@portcullis/policy";
import { plainOperator } from "../condition/operator-name.ts";
import type { StatementModel } from "../statement/statements.ts";

/** A condition operator as a verb, between key and values. */
const VERBS: Readonly<Record<string, string>> = {
  StringEquals: "is",
  StringNotEquals: "is not",
  StringEqualsIgnoreCase: "is, in any case of letters,",
  StringNotEqualsIgnoreCase: "is not, in any case of letters,",
  StringLike: "is like",
  StringNotLike: "is not like",
  ArnEquals: "is like",
  ArnLike: "is like",
  ArnNotEquals: "is not like",
  ArnNotLike: "is not like",
  NumericEquals: "is",
  NumericNotEquals: "is not",
  NumericLessThan: "is less than",
  NumericLessThanEquals: "is at most",
  NumericGreaterThan: "is more than",
  NumericGreaterThanEquals: "is at least",
  DateEquals: "is",
  DateNotEquals: "is not",
  DateLessThan: "is before",
  DateLessThanEquals: "is not after",
  DateGreaterThan: "is after",
  DateGreaterThanEquals: "is not before",
  Bool: "is",
  BinaryEquals: "is",
  IpAddress: "is in",
  NotIpAddress: "is not in",
};

/** One key of a condition in words. */
function conditionText({ operator, key, values }: ConditionEntry): string {
  const name = plainOperator(operator);
  if (name === "Null") return `\`${key}\` is ${values[0] === "true" ? "absent" : "there"}`;
  const set = operator.startsWith("ForAllValues:")
    ? "each of "
    : operator.startsWith("ForAnyValue:")
      ? "one of "
      : "";
  const absent = operator.endsWith("IfExists") ? ", or is absent" : "";
  return `${set}\`${key}\` ${VERBS[name] ?? name} ${someOf(values, "or")}${absent}`;
}

/** A statement's conditions in words, to follow what they limit; empty if there are none. */
export const conditionsText = (condition: readonly ConditionEntry[]): string =>
  condition.length === 0 ? "" : ` if ${condition.map(conditionText).join(" and ")}`;

/** A statement in words: actions, resources, principals, conditions. */
export function statementText(
  statement: Pick<StatementModel, "action" | "principal" | "condition"> & {
    readonly resource: StatementModel["resource"] | undefined;
  },
  actions: readonly string[],
  resources: readonly string[],
): string {
  const { action, resource, principal, condition } = statement;
  const what = `${action.match === "except" ? "all actions but " : ""}${someOf(actions, "and")}`;
  const except = resource?.match === "except" ? "all resources but " : "";
  const where = resource === undefined ? "" : ` on ${except}${someOf(resources, "and")}`;
  const who =
    principal === undefined
      ? ""
      : principal.everyone
        ? " to everyone"
        : ` to ${principal.match === "except" ? "all but " : ""}${someOf(
            principal.names.map(({ value }) => value),
            "and",
          )}`;
  return `${what}${where}${who}${conditionsText(condition)}`;
}

const MOST_NAMES = 6;

function someOf(names: readonly string[], word: "and" | "or"): string {
  const quoted = names.slice(0, MOST_NAMES).map((name) => `\`${name}\``);
  const more = names.length - quoted.length;
  if (more > 0) quoted.push(`${more} more`);
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${word} ${last}`;
}
