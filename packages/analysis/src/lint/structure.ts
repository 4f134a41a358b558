import { type JsonNode, KINDS } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import { type Found, type LintDocument, memberAt, textOf } from "./document.ts";
import type { PathStep } from "./finding.ts";
import { insertAt, useInstead } from "./fix.ts";

/** Checks of a document's elements: which there are. */
export const STRUCTURE_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid policy element",
    type: "ERROR",
    *find({ root, statements }) {
      yield* unknownElements(root, POLICY_ELEMENTS, []);
      for (const { node, path } of statements)
        yield* unknownElements(node, STATEMENT_ELEMENTS, path);
    },
  },
  {
    title: "Invalid version",
    type: "ERROR",
    *find({ members, version }) {
      const member = members.get("Version");
      if (member === undefined || version === undefined) return;
      if (version === "2012-10-17" || version === "2008-10-17") return;
      yield {
        at: { node: member.value, path: [{ key: "Version" }] },
        details: `The version ${version} is not valid. Use one of the following versions: 2012-10-17, 2008-10-17.`,
        fixes: useInstead(member.value, "2012-10-17"),
      };
    },
  },
  {
    title: "Missing version",
    type: "WARNING",
    *find({ members, root }) {
      if (members.has("Version") || root.type !== "object") return;
      yield {
        at: { node: root, path: [] },
        details:
          "We recommend that you specify the Version element to help you with debugging permission issues.",
        fixes: [
          insertAt(
            "Add the version",
            root.start + 1,
            root.members.length > 0 ? `"Version":"2012-10-17",` : `"Version":"2012-10-17"`,
          ),
        ],
      };
    },
  },
  {
    title: "Missing statement",
    type: "ERROR",
    *find({ members, root }) {
      const value = members.get("Statement")?.value;
      if (value !== undefined && (value.type !== "array" || value.items.length > 0)) return;
      const at =
        value === undefined
          ? { node: root, path: [] }
          : { node: value, path: [{ key: "Statement" }] };
      yield { at, details: "Add a statement to the policy" };
    },
  },
  missing(
    "Missing effect",
    ["Effect"],
    "Add an Effect element to the policy statement with a value of Allow or Deny.",
  ),
  missing(
    "Missing action",
    ["Action", "NotAction"],
    "Add an Action or NotAction element to the policy statement.",
  ),
  missing(
    "Missing resource",
    ["Resource", "NotResource"],
    "Add a Resource or NotResource element to the policy statement.",
    ({ kind }) => KINDS[kind].resource === "required",
  ),
  missing(
    "Missing principal",
    ["Principal", "NotPrincipal"],
    "Add a Principal element to the policy statement.",
    ({ kind }) => KINDS[kind].principal === "required",
  ),
  {
    title: "Invalid effect",
    type: "ERROR",
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Effect")?.value;
      const effect = textOf(value);
      if (value === undefined || effect === undefined || effect === "Allow" || effect === "Deny")
        return;
      const [, isAllow, isDeny] = /^(?:(allow)|(deny))s?$/i.exec(effect) ?? [];
      const suggestion = isAllow ? "Allow" : isDeny && "Deny";
      yield {
        at: { node: value, path: [...path, { key: "Effect" }] },
        details: `The effect ${effect} is not valid. Use Allow or Deny.`,
        fixes: useInstead(value, suggestion),
      };
    }),
  },
  {
    title: "Unsupported element combination",
    type: "ERROR",
    find: ofStatements(function* ({ members, path }) {
      for (const name of PAIRS) {
        const one = members.get(name);
        const other = members.get(`Not${name}`);
        if (one === undefined || other === undefined) continue;
        yield {
          at: [memberAt(path, name, one.value), memberAt(path, `Not${name}`, other.value)],
          details: `The policy elements ${name} and Not${name} can not be used in the same statement. Remove one of these elements.`,
        };
      }
    }),
  },
  ...emptyLists(),
];

const POLICY_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const PAIRS = ["Action", "Resource", "Principal"];

function* unknownElements(
  node: JsonNode,
  known: readonly string[],
  path: readonly PathStep[],
): Generator<Found> {
  if (node.type !== "object") return;
  const seen = new Set<string>();
  for (const { key } of node.members) {
    const at = { node: key, path: [...path, { key: key.value }] };
    if (seen.has(key.value))
      yield { at, details: `The policy element ${key.value} is there more than once.` };
    else if (!known.includes(key.value)) {
      const suggestion = known.find((name) => name.toLowerCase() === key.value.toLowerCase());
      yield {
        at,
        details: `The policy element ${key.value} is not valid.`,
        fixes: useInstead(key, suggestion),
      };
    }
    seen.add(key.value);
  }
}

function missing(
  title: string,
  names: readonly string[],
  details: string,
  applies: (document: LintDocument) => boolean = () => true,
): CheckRule {
  return {
    title,
    type: "ERROR",
    find: ofStatements(function* ({ node, path, members }, document) {
      if (applies(document) && !names.some((name) => members.has(name)))
        yield { at: { node, path }, details };
    }),
  };
}

/** The engine refuses them, so that they are errors here. */
function emptyLists(): readonly CheckRule[] {
  const check = (title: string, name: string, what: string): CheckRule => ({
    title,
    type: "ERROR",
    find: ofStatements(function* ({ members, path }) {
      for (const key of [name, `Not${name}`]) {
        const value = members.get(key)?.value;
        if (value?.type !== "array" || value.items.length > 0) continue;
        const details = `This statement includes no ${what} and does not affect the policy. Specify ${what}.`;
        yield { at: memberAt(path, key, value), details };
      }
    }),
  });
  return [
    check("Empty array action", "Action", "actions"),
    check("Empty array resource", "Resource", "resources"),
  ];
}
