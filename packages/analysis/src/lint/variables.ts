import { parseOperatorName } from "@portcullis/policy";
import type { CheckRule } from "./check.ts";
import type { Found, LintDocument, LocatedText } from "./document.ts";

/**
 * Where policy variables may stand: behind an ARN's fifth colon, and in values of some operators.
 */
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

/** What stands between `${` and `}`, with its place in the text. */
function* variablesOf(
  text: string,
): Generator<{ readonly inside: string; readonly at: number; readonly end: number }> {
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
    const close = text.indexOf("}", at);
    if (close < 0) return;
    yield { inside: text.slice(at + 2, close), at, end: close + 1 };
  }
}

/** A check of one variable at a time. */
function ofVariables(find: (inside: string) => string | undefined): CheckRule["find"] {
  return function* (document) {
    if (document.version !== "2012-10-17") return;
    for (const place of placesOf(document)) {
      for (const { inside, at, end } of variablesOf(place.text)) {
        const details = find(inside);
        if (details !== undefined) yield { at: part(place, at, end), details };
      }
    }
  };
}

/** A stretch of a text; exact in the document where the text has no escapes. */
function part(place: Place, at: number, end: number): Found["at"] {
  const { node, path, text } = place;
  const own = [...path, { substring: { start: at, length: end - at } }];
  const plain = node.end - node.start === text.length + 2;
  return {
    node: plain ? { ...node, start: node.start + 1 + at, end: node.start + 1 + end } : node,
    path: own,
  };
}

const LITERALS = ["*", "?", "$"];

/**
 * Checks of policy variables. The engine takes each of these for something, but hardly for what was
 * meant.
 */
export const VARIABLE_CHECKS: readonly CheckRule[] = [
  {
    title: "Missing brace in variable",
    type: "ERROR",
    *find(document) {
      if (document.version !== "2012-10-17") return;
      for (const place of placesOf(document)) {
        const at = place.text.lastIndexOf("${");
        if (place.text.indexOf("}", at) >= 0) continue;
        yield {
          at: part(place, at, place.text.length),
          details:
            "The policy variable is missing a closing curly brace. Add } after the variable text.",
        };
      }
    },
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
      const isTag = name.includes("/");
      return name.trim() !== "" && /\s/.test(isTag ? name.slice(0, name.indexOf("/")) : name)
        ? "A space is not supported within the policy variable text. Remove the space."
        : undefined;
    }),
  },
  {
    title: "Missing quote in variable",
    type: "ERROR",
    find: ofVariables((inside) => {
      const comma = inside.indexOf(",");
      if (comma < 0 || /^\s*'.*'\s*$/s.test(inside.slice(comma + 1))) return undefined;
      return "The policy variable default value must begin and end with a single quote. Add the missing quote.";
    }),
  },
  {
    title: "Unknown variable",
    type: "WARNING",
    page: "reference_policies_variables",
    find: ofVariables((inside) => {
      const name = inside.split(",")[0]!.trim();
      if (name === "" || LITERALS.includes(name) || name.includes(":")) return undefined;
      return `The policy variable ${name} has no service prefix, such as aws:, and no request has it.`;
    }),
  },
  {
    title: "Variable before ARN resource",
    type: "WARNING",
    page: "reference_policies_variables",
    *find(document) {
      if (document.version !== "2012-10-17") return;
      for (const place of placesOf(document)) {
        const at = place.text.indexOf("${");
        if (place.operator !== undefined || place.text.slice(0, at).split(":").length > 5) continue;
        yield {
          at: part(place, at, place.text.length),
          details:
            "Policy variables stand for something in the resource part of an ARN only, behind its fifth colon. Before it they are literal text.",
        };
      }
    },
  },
  {
    title: "Variable unsupported in version",
    type: "ERROR",
    *find(document) {
      if (document.version === "2012-10-17") return;
      for (const place of placesOf(document)) {
        if (!/\$\{[^}]*:[^}]*\}/.test(place.text)) continue;
        yield {
          at: place,
          details:
            "To include variables in your policy, use the policy version 2012-10-17 or later.",
        };
      }
    },
  },
  {
    title: "Invalid variable for operator",
    type: "ERROR",
    *find(document) {
      for (const place of placesOf(document)) {
        const known =
          place.operator === undefined ? undefined : parseOperatorName(place.operator)?.operator;
        if (known === undefined || known.variables) continue;
        yield {
          at: place,
          details: "Policy variables can only be used with String and ARN operators.",
        };
      }
    },
  },
];
