import { KINDS, POLICY_ELEMENTS, STATEMENT_ELEMENTS } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import {
  type Found,
  isEmptyList,
  isEmptyObject,
  type LocatedNode,
  membersOf,
  textOf,
} from "./document.ts";
import { correctable } from "./fix.ts";

/** Checks of a document's elements: which there are. */
export const STRUCTURE_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid policy element",
    type: "ERROR",
    *find({ root, statements }) {
      yield* unknownElements(root, POLICY_ELEMENTS);
      for (const statement of statements) yield* unknownElements(statement, STATEMENT_ELEMENTS);
    },
  },
  {
    title: "Invalid version",
    type: "ERROR",
    *find({ elements, version }) {
      const at = elements.get("Version");
      if (at === undefined || version === undefined || VERSIONS.includes(version)) return;
      const details = `The version ${version} is not valid. Use one of the following versions: ${VERSIONS.join(", ")}.`;
      yield correctable(at, details, VERSIONS[0]);
    },
  },
  {
    title: "Missing version",
    type: "WARNING",
    *find({ elements, root }) {
      const { node } = root;
      if (elements.has("Version") || node.type !== "object") return;
      const start = node.start + 1;
      const text = `"Version":"${VERSIONS[0]}"${isEmptyObject(root) ? "" : ","}`;
      yield {
        at: root,
        details:
          "We recommend that you specify the Version element to help you with debugging permission issues.",
        fixes: [{ title: "Add the version", edits: [{ start, end: start, text }] }],
      };
    },
  },
  {
    title: "Missing statement",
    type: "ERROR",
    *find({ elements, root }) {
      const statement = elements.get("Statement");
      if (statement === undefined || isEmptyList(statement))
        yield { at: statement ?? root, details: "Add a statement to the policy" };
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
    "resource",
  ),
  missing(
    "Missing principal",
    ["Principal", "NotPrincipal"],
    "Add a Principal element to the policy statement.",
    "principal",
  ),
  {
    title: "Invalid effect",
    type: "ERROR",
    find: ofStatements(({ elements, effect }) => {
      const at = elements.get("Effect");
      const written = textOf(at);
      if (at === undefined || written === undefined || effect !== undefined) return undefined;
      const [, isAllow, isDeny] = /^(?:(allow)|(deny))s?$/i.exec(written) ?? [];
      const details = `The effect ${written} is not valid. Use Allow or Deny.`;
      return correctable(at, details, isAllow ? "Allow" : isDeny && "Deny");
    }),
  },
  {
    title: "Unsupported element combination",
    type: "ERROR",
    *find({ statements }) {
      for (const { elements } of statements) {
        for (const name of ["Action", "Resource", "Principal"]) {
          const one = elements.get(name);
          const other = elements.get(`Not${name}`);
          if (one === undefined || other === undefined) continue;
          const details = `The policy elements ${name} and Not${name} can not be used in the same statement. Remove one of these elements.`;
          yield { at: [one, other], details };
        }
      }
    },
  },
  emptyList("Empty array action", "Action", "actions"),
  emptyList("Empty array resource", "Resource", "resources"),
];

const VERSIONS = ["2012-10-17", "2008-10-17"];

function* unknownElements(object: LocatedNode, known: ReadonlySet<string>): Generator<Found> {
  const seen = new Set<string>();
  for (const { name, key } of membersOf(object)) {
    if (seen.has(name))
      yield { at: key, details: `The policy element ${name} is there more than once.` };
    else if (!known.has(name)) {
      const suggestion = [...known].find((one) => one.toLowerCase() === name.toLowerCase());
      yield correctable(key, `The policy element ${name} is not valid.`, suggestion);
    }
    seen.add(name);
  }
}

/** A check that a statement has one of some elements, where its kind of document needs it. */
function missing(
  title: string,
  names: readonly string[],
  details: string,
  needed?: "resource" | "principal",
): CheckRule {
  return {
    title,
    type: "ERROR",
    find: ofStatements((at, { kind }) => {
      if (needed !== undefined && KINDS[kind][needed] !== "required") return undefined;
      return names.some((name) => at.elements.has(name)) ? undefined : { at, details };
    }),
  };
}

/** The engine refuses an empty list, so that it is an error here. */
function emptyList(title: string, name: string, what: string): CheckRule {
  return {
    title,
    type: "ERROR",
    *find({ statements }) {
      const details = `This statement includes no ${what} and does not affect the policy. Specify ${what}.`;
      for (const { elements } of statements) {
        for (const at of [elements.get(name), elements.get(`Not${name}`)])
          if (at !== undefined && isEmptyList(at)) yield { at, details };
      }
    },
  };
}
