import {
  conditionKeysOf,
  findAction,
  findConditionKey,
  keyStem,
  type Service,
  type Services,
} from "../services/services.ts";
import { nearestNames } from "../text/nearest.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import type { Found, LintCondition, LintDocument, LintStatement } from "./document.ts";
import { correctable, unknownName } from "./fix.ts";
import { globalKey, globalKeyNames, type KeyFacts, type KeyType } from "./global-keys.ts";

/** What is known of a key; undefined when nothing is. */
export function keyFacts(key: string, services: Services | undefined): KeyFacts | undefined {
  const lower = key.toLowerCase();
  if (lower.startsWith("aws:")) return globalKey(key);
  const service = serviceOf(key, services);
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
    find: ofConditions(({ key, atKey: at }) => {
      const details = "The condition key format is not valid. Use the format service:keyname.";
      return /^[^:]+:./.test(key) ? undefined : { at, details };
    }),
  },
  {
    title: "Invalid global condition key",
    type: "ERROR",
    find: ofConditions(({ key, atKey }) => {
      const lower = key.toLowerCase();
      if (!lower.startsWith("aws:") || lower === "aws:arn" || TAGS.test(lower)) return undefined;
      if (globalKey(key) !== undefined) return undefined;
      const details = `The condition key ${key} does not exist. Use a valid condition key.`;
      return unknownName(atKey, details, nearestNames(key, globalKeyNames()));
    }),
  },
  {
    title: "Unsupported global condition key",
    type: "ERROR",
    find: ofConditions(({ key, atKey }) => {
      const details =
        "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead.";
      return key.toLowerCase() === "aws:arn"
        ? correctable(atKey, details, "aws:PrincipalArn")
        : undefined;
    }),
  },
  {
    title: "Missing tag key in condition",
    type: "ERROR",
    find: ofConditions(({ key, atKey: at }) => {
      if (!TAGS.test(key.toLowerCase())) return undefined;
      const details = `The condition key ${key} must include a tag key to control access based on tags. Use the format ${key.replace(/\/$/, "")}/tag-key and specify a key name for tag-key.`;
      return { at, details };
    }),
  },
  {
    title: "Invalid service condition key",
    type: "ERROR",
    find: ofConditions(({ key, atKey }, _, { services }) => {
      const service = serviceOf(key, services);
      if (service === undefined || service.conditionKeys.size === 0) return undefined;
      if (findConditionKey(service, key) !== undefined) return undefined;
      const names = [...service.conditionKeys.values()].map(({ Name }) => Name);
      const details = `The condition key ${key} does not exist in the service ${service.prefix}. Use a valid condition key.`;
      return unknownName(atKey, details, nearestNames(key, names));
    }),
  },
  {
    title: "Duplicate keys with different case",
    type: "ERROR",
    find: findRepeated,
  },
  {
    title: "Missing paired condition keys",
    type: "SECURITY_WARNING",
    find: ofConditions(({ key, atKey: at }, { conditions, effect }) => {
      if (effect !== "Allow" || key.toLowerCase() !== "aws:vpcsourceip") return undefined;
      const details = `Using the condition key ${key} can be overly permissive without also using the following condition keys: aws:SourceVpc. Condition keys like this one are more secure when paired with a related key. We recommend that you add the related condition keys to the same condition block.`;
      return conditions.some((other) => /^aws:sourcevpce?$/i.test(other.key))
        ? undefined
        : { at, details };
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

/** The service that a key begins with. */
const serviceOf = (key: string, services: Services | undefined): Service | undefined =>
  services?.byPrefix.get(key.slice(0, key.indexOf(":")).toLowerCase());

function* findRepeated({ statements }: LintDocument): Generator<Found> {
  for (const { conditions } of statements) {
    const seen = new Map<string, LintCondition>();
    for (const condition of conditions) {
      const { operator, key, atOperator, atKey } = condition;
      const name = JSON.stringify([operator, key.toLowerCase()]);
      const former = seen.get(name);
      seen.set(name, condition);
      // Of an operator that comes again, the keys are of another block.
      if (former?.atOperator !== atOperator) continue;
      const details = `The condition key ${key} appears more than once with different capitalization in the same condition block. Remove the duplicate condition keys.`;
      yield { at: [former.atKey, atKey], details };
    }
  }
}

/** A service's own key that the listed actions of the service never come with. */
function findUnsupported(
  { key, atKey: at }: LintCondition,
  { actions }: LintStatement,
  { services }: LintDocument,
): Found | undefined {
  const lower = key.toLowerCase();
  if (services === undefined || actions === undefined || actions.except) return undefined;
  if (lower.startsWith("aws:")) return undefined;
  const texts = actions.texts.map(({ text }) => text);
  const canHave = (action: string): boolean => {
    const known = findAction(services, action);
    if (known?.reference.ActionConditionKeys == null) return true;
    const stems = conditionKeysOf(known)?.map(keyStem) ?? [];
    return stems.some((stem) => lower === stem || (stem.endsWith("/") && lower.startsWith(stem)));
  };
  if (texts.length === 0 || texts.some(canHave)) return undefined;
  const details = `The condition key ${key} is in no request for ${texts.slice(0, 5).join(", ")}.`;
  return { at, details };
}
