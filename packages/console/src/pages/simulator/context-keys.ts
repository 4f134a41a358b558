import { type Policy, parseOperatorName, requiredContextKeys } from "@portcullis/policy";

/** How a value of a context key is typed. */
export type KeyInput = "text" | "boolean" | "number" | "date" | "address" | "list";

/** A context key that policies ask for. */
export interface AskedKey {
  /** As the first policy spells it. */
  readonly name: string;
  /** In lower case, as contexts have it. */
  readonly key: string;
  readonly input: KeyInput;
  /** Values that policies compare it with, to choose from. */
  readonly suggestions: readonly string[];
}

const MOST_SUGGESTIONS = 20;

/** Operators by the type of value that they read; others read text. */
const INPUTS: readonly (readonly [pattern: RegExp, input: KeyInput])[] = [
  [/^Bool/, "boolean"],
  [/^Numeric/, "number"],
  [/^Date/, "date"],
  [/^(?:Not)?IpAddress/, "address"],
];

/** The context keys of policies, each once, in the order of the policies. */
export function askedKeys(policies: readonly Policy[]): readonly AskedKey[] {
  const found = new Map<string, { name: string; input: KeyInput; suggestions: Set<string> }>();
  for (const policy of policies) {
    for (const name of requiredContextKeys(policy)) {
      const key = name.toLowerCase();
      if (!found.has(key)) found.set(key, { name, input: "text", suggestions: new Set() });
    }
    for (const { condition } of policy.statements) {
      for (const { operator, key, values } of condition) {
        const asked = found.get(key.toLowerCase());
        if (asked === undefined) continue;
        const input = inputFor(operator);
        if (asked.input !== "list" && input !== "text") asked.input = input;
        if (parseOperatorName(operator)?.operator.testsPresence === true) continue;
        for (const value of values)
          if (asked.suggestions.size < MOST_SUGGESTIONS && !/[*?$]/.test(value))
            asked.suggestions.add(value);
      }
    }
  }
  return [...found].map(([key, { name, input, suggestions }]) => ({
    name,
    key,
    input,
    suggestions: [...suggestions],
  }));
}

function inputFor(operator: string): KeyInput {
  const parsed = parseOperatorName(operator);
  if (parsed === undefined || parsed.operator.testsPresence) return "text";
  if (parsed.quantifier !== "one") return "list";
  return INPUTS.find(([pattern]) => pattern.test(operator))?.[1] ?? "text";
}

/** Why a value does not suit its key; undefined when it does. */
export function valueProblem(input: KeyInput, value: string): string | undefined {
  if (value === "") return undefined;
  if (input === "number" && !/^-?\d+(?:\.\d+)?$/.test(value)) return "This is no number.";
  if (input === "date" && Number.isNaN(Date.parse(value)) && !/^\d+$/.test(value))
    return "This is no date. Write it like 2026-01-31T12:00:00Z.";
  if (input === "address" && !/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(value))
    return "This is no IP address.";
  return undefined;
}
