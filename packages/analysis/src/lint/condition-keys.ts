import { findAction, findConditionKey, type Services } from "../services/services.ts";
import { nearestNames } from "../text/nearest.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import type { Found, LintCondition, LintDocument, LintStatement, LocatedNode } from "./document.ts";
import { unknownName, useInstead } from "./fix.ts";
import { globalKey, globalKeyNames, type KeyFacts, type KeyType } from "./global-keys.ts";

/** What is known of a key; undefined when nothing is. */
export function keyFacts(key: string, services: Services | undefined): KeyFacts | undefined {
  const lower = key.toLowerCase();
  if (lower.startsWith("aws:")) return globalKey(key);
  const service = services?.byPrefix.get(lower.slice(0, lower.indexOf(":")));
  const reference = service && findConditionKey(service, key);
  const [name] = reference?.Types ?? [];
  if (reference === undefined || name === undefined) return undefined;
  const type = TYPES.get(name.replace("ArrayOf", "").toLowerCase());
  return type === undefined
    ? undefined
    : { name: reference.Name, type, many: name.startsWith("ArrayOf") };
}

/** AWS's service reference spells some types in two ways. */
const TYPES: ReadonlyMap<string, KeyType> = new Map([
  ["string", "String"],
  ["arn", "ARN"],
  ["bool", "Bool"],
  ["boolean", "Bool"],
  ["date", "Date"],
  ["numeric", "Numeric"],
  ["long", "Numeric"],
  ["ipaddress", "IPAddress"],
  ["binary", "Binary"],
]);

/** Checks of condition keys: whether there are such. */
export const KEY_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid condition key format",
    type: "WARNING",
    find: ofConditions(function* (condition) {
      if (/^[^:]+:./.test(condition.key)) return;
      yield {
        at: atKey(condition),
        details: "The condition key format is not valid. Use the format service:keyname.",
      };
    }),
  },
  {
    title: "Invalid global condition key",
    type: "ERROR",
    find: ofConditions(function* (condition) {
      const { key } = condition;
      const lower = key.toLowerCase();
      if (
        !lower.startsWith("aws:") ||
        lower === "aws:arn" ||
        TAGS.test(lower) ||
        globalKey(key) !== undefined
      )
        return;
      const nearest = nearestNames(key, globalKeyNames());
      const details = `The condition key ${key} does not exist. Use a valid condition key.`;
      yield unknownName(atKey(condition), details, nearest);
    }),
  },
  {
    title: "Unsupported global condition key",
    type: "ERROR",
    find: ofConditions(function* (condition) {
      if (condition.key.toLowerCase() !== "aws:arn") return;
      yield {
        at: atKey(condition),
        details:
          "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead.",
        fixes: useInstead(condition.keyNode, "aws:PrincipalArn"),
      };
    }),
  },
  {
    title: "Missing tag key in condition",
    type: "ERROR",
    find: ofConditions(function* (condition) {
      if (!TAGS.test(condition.key.toLowerCase())) return;
      const stem = condition.key.replace(/\/$/, "");
      yield {
        at: atKey(condition),
        details: `The condition key ${condition.key} must include a tag key to control access based on tags. Use the format ${stem}/tag-key and specify a key name for tag-key.`,
      };
    }),
  },
  {
    title: "Invalid service condition key",
    type: "ERROR",
    find: ofConditions(function* (condition, _, { services }) {
      const { key } = condition;
      const prefix = key.slice(0, key.indexOf(":")).toLowerCase();
      const service = services?.byPrefix.get(prefix);
      if (service === undefined || service.conditionKeys.size === 0) return;
      if (findConditionKey(service, key) !== undefined) return;
      const nearest = nearestNames(
        key,
        [...service.conditionKeys.values()].map(({ Name }) => Name),
      );
      const details = `The condition key ${key} does not exist in the service ${service.prefix}. Use a valid condition key.`;
      yield unknownName(atKey(condition), details, nearest);
    }),
  },
  {
    title: "Duplicate keys with different case",
    type: "ERROR",
    *find({ statements }) {
      for (const { conditions } of statements) yield* repeatedKeys(conditions);
    },
  },
  {
    title: "Missing paired condition keys",
    type: "SECURITY_WARNING",
    find: ofConditions(function* (condition, { conditions, effect }) {
      if (effect !== "Allow" || condition.key.toLowerCase() !== "aws:vpcsourceip") return;
      if (conditions.some(({ key }) => /^aws:sourcevpce?$/i.test(key))) return;
      yield {
        at: atKey(condition),
        details: `Using the condition key ${condition.key} can be overly permissive without also using the following condition keys: aws:SourceVpc. Condition keys like this one are more secure when paired with a related key. We recommend that you add the related condition keys to the same condition block.`,
      };
    }),
  },
  {
    title: "Unsupported condition key for action",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    find: ofConditions(findUnsupported),
  },
];

const TAGS = /^aws:(?:principal|request|resource)tag\/?$/;

/** The place of a condition's key. */
export const atKey = ({ keyNode, path }: LintCondition): LocatedNode => ({ node: keyNode, path });

function* repeatedKeys(conditions: readonly LintCondition[]): Generator<Found> {
  const seen = new Map<string, LintCondition>();
  for (const condition of conditions) {
    const name = JSON.stringify([condition.operator, condition.key.toLowerCase()]);
    const former = seen.get(name);
    seen.set(name, condition);
    if (former === undefined || former.operatorNode.start !== condition.operatorNode.start)
      continue;
    yield {
      at: [atKey(former), atKey(condition)],
      details: `The condition key ${condition.key} appears more than once with different capitalization in the same condition block. Remove the duplicate condition keys.`,
    };
  }
}

/** A service's own key that the listed actions of the service never come with. */
function* findUnsupported(
  condition: LintCondition,
  { actions }: LintStatement,
  { services }: LintDocument,
): Generator<Found> {
  if (services === undefined || actions === undefined || actions.except) return;
  const { key } = condition;
  const lower = key.toLowerCase();
  if (lower.startsWith("aws:")) return;
  const without: string[] = [];
  for (const { text } of actions.texts) {
    const found = findAction(services, text);
    if (found?.reference.ActionConditionKeys == null) return;
    const { service, reference } = found;
    const ofResources = (reference.Resources ?? []).flatMap(
      ({ Name }) => service.resources.get(Name)?.ConditionKeys ?? [],
    );
    const known = [...found.reference.ActionConditionKeys, ...ofResources].map((one) =>
      one.toLowerCase().replace(/\$.*$/, ""),
    );
    if (known.some((one) => lower === one || (one.endsWith("/") && lower.startsWith(one)))) return;
    without.push(text);
  }
  if (without.length === 0) return;
  yield {
    at: atKey(condition),
    details: `The condition key ${key} is in no request for ${without.slice(0, 5).join(", ")}.`,
  };
}
