import { globalKeyNames, type KeyType, keyFacts, type Services } from "@portcullis/analysis";

const TEXT = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
];

/** Operators that suit a key's type, the likeliest first. `Null` suits every key. */
const OPERATORS: Readonly<Record<KeyType, readonly string[]>> = {
  String: TEXT,
  ARN: ["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", ...TEXT],
  Bool: ["Bool"],
  Date: [
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
  ],
  Numeric: [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
  ],
  IPAddress: ["IpAddress", "NotIpAddress"],
  Binary: ["BinaryEquals"],
};

/** Of a key whose type is not known: every operator. */
export function operatorsFor(key: string, services: Services | undefined): readonly string[] {
  const type = keyFacts(key, services)?.type;
  const suited =
    type === undefined ? [...new Set(Object.values(OPERATORS).flat())] : OPERATORS[type];
  return [...suited, "Null"];
}

/** Whether requests have several values of a key at once; undefined: that is not known. */
export const hasManyValues = (key: string, services: Services | undefined): boolean | undefined =>
  keyFacts(key, services)?.many;

/** How several values of a request are compared. */
export type Qualifier = "" | "ForAllValues" | "ForAnyValue";

/** The parts of an operator as documents write it. */
export interface OperatorParts {
  readonly qualifier: Qualifier;
  readonly name: string;
  readonly ifExists: boolean;
}

export function partsOf(operator: string): OperatorParts {
  const [, qualifier = "", rest = operator] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*)$/s.exec(operator) ?? [];
  const ifExists = rest.endsWith("IfExists");
  return {
    qualifier: qualifier as Qualifier,
    name: ifExists ? rest.slice(0, -"IfExists".length) : rest,
    ifExists,
  };
}

export const operatorOf = ({ qualifier, name, ifExists }: OperatorParts): string =>
  `${qualifier === "" ? "" : `${qualifier}:`}${name}${ifExists && name !== "Null" ? "IfExists" : ""}`;

/** Condition keys to choose from: those of the actions' services, then AWS's global ones. */
export function suggestedKeys(
  services: Services | undefined,
  actions: readonly string[],
): readonly string[] {
  const prefixes = new Set(actions.map((action) => action.split(":", 1)[0]?.toLowerCase() ?? ""));
  const own = [...prefixes].flatMap((prefix) => [
    ...(services?.byPrefix.get(prefix)?.conditionKeys.values() ?? []),
  ]);
  // `aws:ResourceTag/${TagKey}` is offered up to where the tag's key follows.
  const names = own.map(({ Name }) => Name.replace(/\$\{.*$/s, ""));
  return [...new Set([...names, ...globalKeyNames()])];
}
