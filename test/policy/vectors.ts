import { readdirSync, readFileSync } from "node:fs";
import type { Principal } from "../../packages/policy/src/index.ts";
import type { Document, Statement, Texts } from "../reference/request.ts";

/** A file of cases from one page of AWS's documentation. */
export interface VectorFile {
  readonly name: string;
  readonly page: string;
  readonly conditions: readonly ConditionCase[];
  readonly patterns: readonly PatternCase[];
  readonly decisions: readonly DecisionCase[];
  readonly documents: readonly DocumentCase[];
}

type Context = { readonly [key: string]: Texts };

/** A Condition block against a request context. */
export interface ConditionCase {
  readonly title: string;
  readonly condition: NonNullable<Statement["Condition"]>;
  readonly context: Context;
  /** "undecided": an allow does not allow, and a deny denies. */
  readonly holds: boolean | "undecided";
  /** 2012-10-17 when absent; null: the document has no Version. */
  readonly version?: string | null;
  /** Why the reference evaluator can't answer. */
  readonly onlyEngine?: string;
}

/** An Action, NotAction, Resource or NotResource element against an action or a resource. */
export interface PatternCase {
  readonly title: string;
  readonly element: "Action" | "NotAction" | "Resource" | "NotResource";
  readonly patterns: Texts;
  readonly text: string;
  readonly matches: boolean;
  /** In a deny, where patterns are flat text; as `matches` when absent. */
  readonly flat?: boolean;
  readonly context?: Context;
  readonly version?: string | null;
}

export interface DecisionCase {
  readonly title: string;
  readonly principal: Principal;
  readonly expect: string;
  readonly identity: readonly Document[];
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly context?: Context;
  readonly boundary?: readonly Document[];
  readonly session?: readonly Document[];
  readonly serviceControl?: readonly (readonly Document[])[];
  readonly resourcePolicies?: readonly Document[];
  readonly trust?: readonly Document[];
  readonly principalIds?: { readonly [arn: string]: string };
}

export interface DocumentCase {
  readonly title: string;
  readonly kind: "identity" | "boundary" | "session" | "resource" | "trust" | "serviceControl";
  readonly document?: unknown;
  readonly text?: string;
  /** Of the issues, in order; none for a valid document. */
  readonly messages: readonly string[];
}

const DIRECTORY = new URL("../vectors/policy/", import.meta.url);

const FIELDS: {
  readonly [kind: string]: { readonly needed: readonly string[]; readonly more: readonly string[] };
} = {
  conditions: {
    needed: ["title", "condition", "context", "holds"],
    more: ["version", "onlyEngine"],
  },
  patterns: {
    needed: ["title", "element", "patterns", "text", "matches"],
    more: ["flat", "context", "version"],
  },
  decisions: {
    needed: ["title", "principal", "expect", "identity"],
    more: [
      "action",
      "resource",
      "resourceAccount",
      "context",
      "boundary",
      "session",
      "serviceControl",
      "resourcePolicies",
      "trust",
      "principalIds",
    ],
  },
  documents: { needed: ["title", "kind", "messages"], more: ["document", "text"] },
};

/** All files. A field that we don't know is an error: a misspelt one would test nothing. */
export function readVectors(): readonly VectorFile[] {
  return readdirSync(DIRECTORY).map((file) => {
    const content = JSON.parse(readFileSync(new URL(file, DIRECTORY), "utf8"));
    for (const [kind, cases] of Object.entries(content)) {
      if (kind === "page") continue;
      if (!Array.isArray(cases)) throw new TypeError(`${file}: \`${kind}\` is no list of cases`);
      for (const [index, item] of cases.entries())
        checkFields(`${file}: ${kind}[${index}]`, kind, Object.keys(item));
    }
    return { name: file, conditions: [], patterns: [], decisions: [], documents: [], ...content };
  });
}

function checkFields(place: string, kind: string, fields: readonly string[]): void {
  const { needed, more } = FIELDS[kind] ?? { needed: [], more: [] };
  for (const field of needed)
    if (!fields.includes(field)) throw new TypeError(`${place} lacks \`${field}\``);
  for (const field of fields) {
    if (![...needed, ...more].includes(field))
      throw new TypeError(`${place} has an unknown field \`${field}\``);
  }
}
