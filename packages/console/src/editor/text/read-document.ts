import {
  type JsonNode,
  type JsonMember as Member,
  type JsonRecord as ObjectNode,
  readJsonTree,
} from "@portcullis/policy";

/** A policy document as far as it can be shown in fields. */
export interface VisualDocument {
  readonly text: string;
  readonly root: ObjectNode;
  /** The value of `Statement`; undefined: there is none yet. */
  readonly list: JsonNode | undefined;
  readonly statements: readonly VisualStatement[];
  /** Names of the document's other members, but `Version`. */
  readonly others: readonly string[];
}

export type VisualStatement = ShownStatement | HiddenStatement;

/** A statement that fields would show wrongly, and why. */
export interface HiddenStatement {
  readonly index: number;
  readonly node: JsonNode;
  readonly hidden: string;
}

export interface ShownStatement {
  readonly index: number;
  readonly node: ObjectNode;
  readonly hidden?: undefined;
  readonly sid: string;
  /** Undefined: there is none, or it is neither. */
  readonly effect: "Allow" | "Deny" | undefined;
  readonly action: Texts | undefined;
  readonly resource: Texts | undefined;
  readonly principal: Principals | undefined;
  readonly conditions: readonly Condition[];
  /** Names of members that fields do not show. */
  readonly others: readonly string[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Texts {
  readonly except: boolean;
  readonly values: readonly string[];
  readonly member: Member;
}

/** `Principal` or `NotPrincipal`. */
export interface Principals {
  readonly except: boolean;
  readonly names: readonly PrincipalEntry[];
  readonly member: Member;
}

/** `type` is `*` for everyone: the text `"*"` in place of types with names. */
export interface PrincipalEntry {
  readonly type: string;
  readonly value: string;
}

/** One key under one operator. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly member: Member;
}

export type ReadResult =
  | { readonly ok: true; readonly document: VisualDocument }
  | { readonly ok: false; readonly reason: string };

const KNOWN = new Set([
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
  ...["Resource", "NotResource", "Condition"],
]);

/** Reads a document for the fields of the visual editor. Any text will do. */
export function readDocument(text: string): ReadResult {
  const { root, fault } = readJsonTree(text);
  if (root === undefined || fault !== undefined)
    return { ok: false, reason: "The document is not JSON." };
  if (root.type !== "object") return { ok: false, reason: "The document is no JSON object." };
  const repeated = repeatedName(root);
  if (repeated !== undefined) return { ok: false, reason: `It has ${repeated} twice.` };
  const list = member(root, "Statement")?.value;
  if (list !== undefined && list.type !== "array" && list.type !== "object")
    return { ok: false, reason: "Its Statement is neither a statement nor a list of them." };
  const nodes = list === undefined ? [] : list.type === "array" ? list.items : [list];
  const others = namesOf(root).filter((name) => name !== "Statement" && name !== "Version");
  return {
    ok: true,
    document: { text, root, list, statements: nodes.map(readStatement), others },
  };
}

export const member = (node: ObjectNode, name: string): Member | undefined =>
  node.members.find(({ key }) => key.value === name);

const namesOf = (node: ObjectNode): readonly string[] => node.members.map(({ key }) => key.value);

function repeatedName(node: ObjectNode): string | undefined {
  const names = namesOf(node);
  return names.find((name, at) => names.indexOf(name) < at);
}

function readStatement(node: JsonNode, index: number): VisualStatement {
  const hide = (hidden: string) => ({ index, node, hidden });
  if (node.type !== "object") return hide("It is no JSON object.");
  const repeated = repeatedName(node);
  if (repeated !== undefined) return hide(`It has ${repeated} twice.`);
  for (const name of ["Principal", "Action", "Resource"])
    if (member(node, name) && member(node, `Not${name}`))
      return hide(`It has both ${name} and Not${name}.`);
  const [sid, effect] = [member(node, "Sid")?.value, member(node, "Effect")?.value];
  if ((sid !== undefined && sid.type !== "string") || (effect && effect.type !== "string"))
    return hide("Its Sid or Effect is no text.");
  const [action, resource] = [texts(node, "Action"), texts(node, "Resource")];
  if (action === null || resource === null) return hide("Its actions or resources are no texts.");
  const principal = principals(node);
  if (principal === null) return hide("Its principals are of another form than fields show.");
  const found = conditions(member(node, "Condition")?.value);
  if (found === null) return hide("Its conditions are of another form than fields show.");
  return {
    index,
    node,
    sid: sid?.value ?? "",
    effect: effect?.value === "Allow" || effect?.value === "Deny" ? effect.value : undefined,
    action,
    resource,
    principal,
    conditions: found,
    others: namesOf(node).filter((name) => !KNOWN.has(name)),
  };
}

/** Null: there is something else than texts. */
function textsOf(node: JsonNode, numbersToo = false): readonly string[] | null {
  const found: string[] = [];
  for (const item of node.type === "array" ? node.items : [node]) {
    const isText = item.type === "string";
    if (!isText && !(numbersToo && (item.type === "number" || item.type === "boolean")))
      return null;
    found.push(item.value);
  }
  return found;
}

function either(node: ObjectNode, name: string) {
  const [only, except] = [member(node, name), member(node, `Not${name}`)];
  const found = only ?? except;
  return found && { member: found, except: only === undefined };
}

function texts(node: ObjectNode, name: "Action" | "Resource"): Texts | undefined | null {
  const found = either(node, name);
  if (found === undefined) return undefined;
  const values = textsOf(found.member.value);
  return values && { ...found, values };
}

function principals(node: ObjectNode): Principals | undefined | null {
  const found = either(node, "Principal");
  if (found === undefined) return undefined;
  const { value } = found.member;
  if (value.type === "string")
    return value.value === "*" ? { ...found, names: [{ type: "*", value: "*" }] } : null;
  if (value.type !== "object" || repeatedName(value) !== undefined) return null;
  const names: PrincipalEntry[] = [];
  for (const { key, value: own } of value.members) {
    const values = textsOf(own);
    if (values === null) return null;
    names.push(...values.map((one) => ({ type: key.value, value: one })));
  }
  return { ...found, names };
}

function conditions(node: JsonNode | undefined): readonly Condition[] | null {
  if (node === undefined) return [];
  if (node.type !== "object" || repeatedName(node) !== undefined) return null;
  const found: Condition[] = [];
  for (const { key: operator, value: keys } of node.members) {
    if (keys.type !== "object" || repeatedName(keys) !== undefined) return null;
    for (const entry of keys.members) {
      const values = textsOf(entry.value, true);
      if (values === null) return null;
      found.push({
        operator: operator.value,
        key: entry.key.value,
        values,
        member: entry,
      });
    }
  }
  return found;
}
