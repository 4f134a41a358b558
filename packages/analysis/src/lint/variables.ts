import { parseOperatorName } from "@portcullis/policy";
import type { CheckRule } from "./check.ts";
import type { Found, LintDocument, LocatedText } from "./document.ts";

/** A text with a `${`: a resource, or a value of a condition, which has an operator. */
interface Place extends LocatedText {
  readonly operator: string | undefined;
}

function* placesOf({ statements }: LintDocument): Generator<Place> {
  for (const { resources, conditions } of statements) {
    for (const text of resources?.texts ?? [])
      if (text.text.includes("${")) yield { ...text, operator: undefined };
    for (const { operator, values } of conditions)
      for (const value of values) if (value.text.includes("${")) yield { ...value, operator };
  }
}

/**
 * A check of one text at a time.
 *
 * @param variables whether it is of documents with policy variables or without; undefined: of both
 */
function ofPlaces(
  variables: boolean | undefined,
  find: (place: Place) => Found | undefined,
): CheckRule["find"] {
  return function* (document) {
    if (variables !== undefined && document.variables !== variables) return;
    for (const place of placesOf(document)) yield find(place);
  };
}

/** A check of what stands between `${` and `}`. `describe` says what is wrong with it. */
function ofVariables(describe: (inside: string) => string | undefined): CheckRule["find"] {
  return function* (document) {
    if (!document.variables) return;
    for (const place of placesOf(document)) {
      const { text } = place;
      for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
        const close = text.indexOf("}", at);
        if (close < 0) break;
        const details = describe(text.slice(at + 2, close));
        if (details !== undefined) yield { at: part(place, at, close + 1), details };
      }
    }
  };
}

/** A stretch of a text; exact in the document where the text has no escapes. */
function part({ node, path, text }: Place, at: number, end = text.length): Found["at"] {
  const start = node.start + 1;
  const isPlain = node.end - start === text.length + 1;
  return {
    node: isPlain ? { ...node, start: start + at, end: start + end } : node,
    path: [...path, { substring: { start: at, length: end - at } }],
  };
}

/**
 * Checks of policy variables. The engine takes each of these for something, but hardly for what was
 * meant.
 */
export const VARIABLE_CHECKS: readonly CheckRule[] = [
  {
    title: "Missing brace in variable",
    type: "ERROR",
    find: ofPlaces(true, (place) => {
      const at = place.text.lastIndexOf("${");
      const details =
        "The policy variable is missing a closing curly brace. Add } after the variable text.";
      return place.text.indexOf("}", at) < 0 ? { at: part(place, at), details } : undefined;
    }),
  },
  {
    title: "Empty variable",
    type: "ERROR",
    find: ofVariables((inside) =>
      inside.trim() === ""
        ? "Empty policy variable. Remove the variable structure or provide a variable within the structure."
        : undefined,
    ),
  },
  {
    title: "Unsupported space in variable",
    type: "ERROR",
    find: ofVariables((inside) => {
      const [name = ""] = inside.split(",");
      const slash = name.indexOf("/");
      // A tag's key may have spaces.
      return name.trim() !== "" && /\s/.test(slash < 0 ? name : name.slice(0, slash))
        ? "A space is not supported within the policy variable text. Remove the space."
        : undefined;
    }),
  },
  {
    title: "Missing quote in variable",
    type: "ERROR",
    find: ofVariables((inside) =>
      /^[^,]*,(?!\s*'.*'\s*$)/s.test(inside)
        ? "The policy variable default value must begin and end with a single quote. Add the missing quote."
        : undefined,
    ),
  },
  {
    title: "Unknown variable",
    type: "WARNING",
    page: "reference_policies_variables",
    find: ofVariables((inside) => {
      const name = inside.split(",")[0]!.trim();
      return name === "" || name.includes(":") || ["*", "?", "$"].includes(name)
        ? undefined
        : `The policy variable ${name} has no service prefix, such as aws:, and no request has it.`;
    }),
  },
  {
    title: "Variable before ARN resource",
    type: "WARNING",
    page: "reference_policies_variables",
    find: ofPlaces(true, (place) => {
      const at = place.text.indexOf("${");
      if (place.operator !== undefined || place.text.slice(0, at).split(":").length > 5)
        return undefined;
      const details =
        "Policy variables stand for something in the resource part of an ARN only, behind its fifth colon. Before it they are literal text.";
      return { at: part(place, at), details };
    }),
  },
  {
    title: "Variable unsupported in version",
    type: "ERROR",
    find: ofPlaces(false, (at) => {
      const details =
        "To include variables in your policy, use the policy version 2012-10-17 or later.";
      return /\$\{[^}]*:[^}]*\}/.test(at.text) ? { at, details } : undefined;
    }),
  },
  {
    title: "Invalid variable for operator",
    type: "ERROR",
    find: ofPlaces(undefined, (at) => {
      const known = at.operator === undefined ? undefined : parseOperatorName(at.operator);
      const details = "Policy variables can only be used with String and ARN operators.";
      return known?.operator.variables === false ? { at, details } : undefined;
    }),
  },
];
