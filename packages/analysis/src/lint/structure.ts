import { KINDS, parsePolicy, policySize } from "@portcullis/policy";
import type { JsonNode } from "../text/json-tree.ts";
import { type Check, ofStatements } from "./check.ts";
import { type Found, itemsOf, type LintDocument, type Placed, textOf } from "./document.ts";
import type { PathStep } from "./finding.ts";
import { insertAt, replaceText } from "./fix.ts";

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

/** Checks of a document's elements: which there are, and of what type. */
export const STRUCTURE_CHECKS: readonly Check[] = [
  {
    code: "INVALID_POLICY_ELEMENT",
    type: "ERROR",
    title: "Invalid policy element",
    *find({ root, statements }) {
      yield* strangersIn(root, POLICY_ELEMENTS, []);
      for (const { node, path } of statements) yield* strangersIn(node, STATEMENT_ELEMENTS, path);
    },
  },
  {
    code: "DATA_TYPE_MISMATCH",
    type: "ERROR",
    title: "Data type mismatch",
    find: findWrongTypes,
  },
  {
    code: "INVALID_VERSION",
    type: "ERROR",
    title: "Invalid version",
    *find({ members, version }) {
      const member = members.get("Version");
      if (member === undefined || version === undefined) return;
      if (version === "2012-10-17" || version === "2008-10-17") return;
      yield {
        at: { node: member.value, path: [{ key: "Version" }] },
        details: `The version ${version} is not valid. Use one of the following versions: 2012-10-17, 2008-10-17.`,
        fixes: [replaceText('Use "2012-10-17"', member.value, "2012-10-17")],
      };
    },
  },
  {
    code: "MISSING_VERSION",
    type: "WARNING",
    title: "Missing version",
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
    code: "MISSING_STATEMENT",
    type: "ERROR",
    title: "Missing statement",
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
    "MISSING_EFFECT",
    "Missing effect",
    ["Effect"],
    "Add an Effect element to the policy statement with a value of Allow or Deny.",
  ),
  missing(
    "MISSING_ACTION",
    "Missing action",
    ["Action", "NotAction"],
    "Add an Action or NotAction element to the policy statement.",
  ),
  missing(
    "MISSING_RESOURCE",
    "Missing resource",
    ["Resource", "NotResource"],
    "Add a Resource or NotResource element to the policy statement.",
    ({ kind }) => KINDS[kind].resource === "required",
  ),
  missing(
    "MISSING_PRINCIPAL",
    "Missing principal",
    ["Principal", "NotPrincipal"],
    "Add a Principal element to the policy statement.",
    ({ kind }) => KINDS[kind].principal === "required",
  ),
  {
    code: "INVALID_EFFECT",
    type: "ERROR",
    title: "Invalid effect",
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Effect")?.value;
      const effect = textOf(value);
      if (value === undefined || effect === undefined || effect === "Allow" || effect === "Deny")
        return;
      const meant = /^deny/i.test(effect) ? "Deny" : "Allow";
      yield {
        at: { node: value, path: [...path, { key: "Effect" }] },
        details: `The effect ${effect} is not valid. Use Allow or Deny.`,
        fixes: /^(allow|deny)s?$/i.test(effect)
          ? [replaceText(`Use "${meant}"`, value, meant)]
          : [],
      };
    }),
  },
  {
    code: "UNSUPPORTED_ELEMENT_COMBINATION",
    type: "ERROR",
    title: "Unsupported element combination",
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
  {
    code: "UNSUPPORTED_SID",
    type: "ERROR",
    title: "Unsupported Sid",
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Sid")?.value;
      const sid = textOf(value);
      if (value === undefined || sid === undefined || /^[A-Za-z0-9]*$/.test(sid)) return;
      const allowed = sid.replace(/[^A-Za-z0-9]/g, "");
      yield {
        at: memberAt(path, "Sid", value),
        details:
          "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]",
        fixes: allowed === "" ? [] : [replaceText(`Use "${allowed}"`, value, allowed)],
      };
    }),
  },
  {
    code: "UNIQUE_SIDS_REQUIRED",
    type: "ERROR",
    title: "Unique Sids required",
    *find({ statements }) {
      const known = new Set<string>();
      for (const { members, path } of statements) {
        const value = members.get("Sid")?.value;
        const sid = textOf(value);
        if (value === undefined || sid === undefined || sid === "") continue;
        if (known.has(sid)) {
          yield {
            at: memberAt(path, "Sid", value),
            details:
              "Duplicate statement IDs are not supported for this policy type. Update the Sid value.",
          };
        }
        known.add(sid);
      }
    },
  },
  {
    code: "EMPTY_SID_VALUE",
    type: "SUGGESTION",
    title: "Empty Sid value",
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Sid")?.value;
      if (value === undefined || textOf(value) !== "") return;
      yield {
        at: memberAt(path, "Sid", value),
        details: "Add a value to the empty string in the Sid element.",
      };
    }),
  },
  {
    code: "UNSUPPORTED_PRINCIPAL",
    type: "ERROR",
    title: "Unsupported principal",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (
        principals === undefined ||
        KINDS[kind].principal === "required" ||
        kind === "serviceControl"
      )
        return;
      yield {
        at: principals,
        details:
          "The policy type does not support the Principal element. Remove the Principal element.",
      };
    }),
  },
  {
    code: "SCP_SYNTAX_ERROR_PRINCIPAL",
    type: "ERROR",
    title: "SCP syntax error principal",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (principals === undefined || kind !== "serviceControl") return;
      yield {
        at: principals,
        details:
          "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element.",
      };
    }),
  },
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    type: "ERROR",
    title: "Role trust policy syntax error NotPrincipal",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (kind !== "trust" || principals?.except !== true) return;
      yield {
        at: principals,
        details:
          "Role trust policies do not support NotPrincipal. Update the policy to use Principal instead.",
      };
    }),
  },
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    type: "ERROR",
    title: "Role trust policy syntax error resource",
    find: ofStatements(function* ({ resources }, { kind }) {
      if (kind !== "trust" || resources === undefined) return;
      yield {
        at: resources,
        details:
          "Role trust policies apply to the role that they are attached to. Remove the Resource or NotResource element.",
      };
    }),
  },
  tooLarge(
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    "WARNING",
    "Policy size exceeds identity policy quota",
    "identity",
    6144,
    "The characters in the identity policy, excluding whitespace, exceed the character maximum for inline and managed policies.",
  ),
  tooLarge(
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    "ERROR",
    "Policy size exceeds SCP quota",
    "serviceControl",
    5120,
    "The characters in the service control policy (SCP) exceed the character maximum for SCPs.",
  ),
];

const memberAt = (path: readonly PathStep[], key: string, node: JsonNode): Placed => ({
  node,
  path: [...path, { key }],
});

function* strangersIn(
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
      const meant = known.find((name) => name.toLowerCase() === key.value.toLowerCase());
      yield {
        at,
        details: `The policy element ${key.value} is not valid.`,
        fixes: meant === undefined ? [] : [replaceText(`Use "${meant}"`, key, meant)],
      };
    }
    seen.add(key.value);
  }
}

function missing(
  code: string,
  title: string,
  names: readonly string[],
  details: string,
  applies: (document: LintDocument) => boolean = () => true,
): Check {
  return {
    code,
    type: "ERROR",
    title,
    find: ofStatements(function* ({ node, path, members }, document) {
      if (applies(document) && !names.some((name) => members.has(name)))
        yield { at: { node, path }, details };
    }),
  };
}

/** The engine refuses them, so that they are errors here. */
function emptyLists(): readonly Check[] {
  const check = (code: string, name: string, what: string): Check => ({
    code,
    type: "ERROR",
    title: `Empty array ${name.toLowerCase()}`,
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
    check("EMPTY_ARRAY_ACTION", "Action", "actions"),
    check("EMPTY_ARRAY_RESOURCE", "Resource", "resources"),
  ];
}

function tooLarge(
  code: string,
  type: Check["type"],
  title: string,
  kind: LintDocument["kind"],
  quota: number,
  details: string,
): Check {
  return {
    code,
    type,
    title,
    *find(document) {
      if (document.kind !== kind || policySize(document.text) <= quota) return;
      const size = policySize(document.text);
      yield {
        at: { node: document.root, path: [] },
        details: `${details} We recommend that you use multiple granular policies. It has ${size} of ${quota}.`,
      };
    },
  };
}

function* findWrongTypes({ root, members, statements }: LintDocument): Generator<Found> {
  const wrong = (at: Placed, type: string): Found => ({
    at,
    details: `The text does not match the expected JSON data type ${type}.`,
  });
  if (root.type !== "object") yield wrong({ node: root, path: [] }, "object");
  for (const name of ["Version", "Id"]) {
    const value = members.get(name)?.value;
    if (value !== undefined && value.type !== "string")
      yield wrong(memberAt([], name, value), "string");
  }
  for (const item of itemsOf(members.get("Statement")?.value, [{ key: "Statement" }]))
    if (item.node.type !== "object") yield wrong(item, "object");
  for (const { members: own, path } of statements) {
    for (const name of ["Sid", "Effect"]) {
      const value = own.get(name)?.value;
      if (value !== undefined && value.type !== "string")
        yield wrong(memberAt(path, name, value), "string");
    }
    for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
      for (const item of itemsOf(own.get(name)?.value, [...path, { key: name }])) {
        if (item.node.type !== "string") yield wrong(item, "string");
      }
    }
    const condition = own.get("Condition")?.value;
    if (condition === undefined) continue;
    if (condition.type !== "object") yield wrong(memberAt(path, "Condition", condition), "object");
    else {
      for (const { key, value } of condition.members) {
        const at = [...path, { key: "Condition" }, { key: key.value }];
        if (value.type !== "object") yield wrong({ node: value, path: at }, "object");
        else yield* wrongValues(value.members, at, wrong);
      }
    }
  }
}

function* wrongValues(
  members: readonly { readonly key: { readonly value: string }; readonly value: JsonNode }[],
  path: readonly PathStep[],
  wrong: (at: Placed, type: string) => Found,
): Generator<Found> {
  for (const { key, value } of members) {
    for (const item of itemsOf(value, [...path, { key: key.value }])) {
      const { type } = item.node;
      if (type === "array" || type === "object" || type === "null") yield wrong(item, "string");
    }
  }
}

/** What the engine refuses and no other check has named, so that no document passes here that it refuses. */
export const REFUSED: Check = {
  code: "POLICY_REFUSED",
  type: "ERROR",
  title: "Policy refused",
  page: "reference_policies_grammar",
  *find({ text, kind, root, members, statements }) {
    const parsed = parsePolicy(text, kind);
    if (parsed.ok) return;
    for (const { path, message } of parsed.issues) {
      const index =
        /^Statement\[(\d+)\]/.exec(path)?.[1] ?? (path.startsWith("Statement") ? "0" : undefined);
      const statement =
        index === undefined
          ? undefined
          : statements.find(({ path: own }) => indexOf(own) === Number(index));
      const element = /^Statement(?:\[\d+\])?\.(\w+)/.exec(path)?.[1];
      const member = element === undefined ? members.get(path) : statement?.members.get(element);
      const own = statement?.path ?? [];
      const at: Placed =
        member === undefined
          ? { node: statement?.node ?? root, path: own }
          : { node: member.value, path: [...own, { key: member.key.value }] };
      yield { at, details: message };
    }
  },
};

function indexOf(path: readonly PathStep[]): number {
  const step = path[1];
  return step !== undefined && "index" in step ? step.index : 0;
}
