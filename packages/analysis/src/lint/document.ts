import type { JsonMember, JsonNode, JsonRecord, PolicyKind } from "@portcullis/policy";
import type { Services } from "../services/services.ts";
import type { Fix, PathStep } from "./finding.ts";

/** A node with its path. */
export interface LocatedNode {
  readonly node: JsonNode;
  readonly path: readonly PathStep[];
}

/** A string of an element that is one string or a list of them. */
export interface LocatedText extends LocatedNode {
  readonly text: string;
  /** The list that it is an item of, if it is. */
  readonly list: LocatedNode | undefined;
}

/** A statement, as checks read it. */
export interface LintStatement extends LocatedNode {
  readonly node: JsonRecord;
  readonly index: number;
  readonly effect: "Allow" | "Deny" | undefined;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly actions: Patterns | undefined;
  readonly resources: Patterns | undefined;
  readonly principals: Principals | undefined;
  readonly conditions: readonly LintCondition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns extends LocatedNode {
  readonly name: string;
  readonly except: boolean;
  readonly texts: readonly LocatedText[];
}

export interface Principals extends LocatedNode {
  readonly except: boolean;
  readonly everyone: boolean;
  readonly names: readonly (LocatedText & { readonly type: string })[];
}

/** One key under one operator. */
export interface LintCondition extends LocatedNode {
  readonly operator: string;
  readonly operatorNode: JsonNode;
  readonly operatorPath: readonly PathStep[];
  readonly key: string;
  readonly keyNode: JsonNode;
  /** Numbers and booleans as they are written. */
  readonly values: readonly LocatedText[];
}

export interface LintDocument {
  readonly text: string;
  readonly kind: PolicyKind;
  readonly services: Services | undefined;
  readonly root: JsonNode;
  readonly version: string | undefined;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly statements: readonly LintStatement[];
}

/** The result of a check: locations, and a sentence. */
export interface Found {
  readonly at: LocatedNode | readonly LocatedNode[];
  readonly details: string;
  readonly fixes?: readonly Fix[];
}

/** Reads the well-formed parts of a document. */
export function lintDocument(
  text: string,
  root: JsonNode,
  kind: PolicyKind,
  services: Services | undefined,
): LintDocument {
  const members = membersOf(root);
  const version = textOf(members.get("Version")?.value);
  const statement = members.get("Statement");
  const items: readonly LocatedNode[] = itemsOf(statement?.value, [{ key: "Statement" }]);
  const statements = items.flatMap(({ node, path }, index) =>
    node.type === "object" ? [lintStatement(node, path, index)] : [],
  );
  return { text, kind, services, root, version, members, statements };
}

/** Of names that come again, the first. */
function membersOf(node: JsonNode | undefined): ReadonlyMap<string, JsonMember> {
  const members = new Map<string, JsonMember>();
  if (node?.type !== "object") return members;
  for (const member of node.members)
    if (!members.has(member.key.value)) members.set(member.key.value, member);
  return members;
}

/** A string's value; undefined if the node is no string. */
export const textOf = (node: JsonNode | undefined): string | undefined =>
  node?.type === "string" ? node.value : undefined;

/** A list's items, or what is no list as the only one. */
export function itemsOf(
  node: JsonNode | undefined,
  path: readonly PathStep[],
): readonly LocatedNode[] {
  if (node === undefined) return [];
  if (node.type !== "array") return [{ node, path }];
  return node.items.map((item, index) => ({ node: item, path: [...path, { index }] }));
}

function lintStatement(node: JsonRecord, path: readonly PathStep[], index: number): LintStatement {
  const members = membersOf(node);
  const effect = textOf(members.get("Effect")?.value);
  return {
    node,
    path,
    index,
    members,
    effect: effect === "Allow" || effect === "Deny" ? effect : undefined,
    actions: patternsOf(members, "Action", path),
    resources: patternsOf(members, "Resource", path),
    principals: principalsOf(members, path),
    conditions: conditionsOf(members.get("Condition"), path),
  };
}

function patternsOf(
  members: ReadonlyMap<string, JsonMember>,
  element: "Action" | "Resource",
  path: readonly PathStep[],
): Patterns | undefined {
  const name = members.has(element) ? element : `Not${element}`;
  const member = members.get(name);
  if (member === undefined) return undefined;
  const own = [...path, { key: name }];
  return {
    name,
    except: name !== element,
    node: member.value,
    path: own,
    texts: locatedTexts(member.value, own),
  };
}

function locatedTexts(node: JsonNode, path: readonly PathStep[]): readonly LocatedText[] {
  const list = node.type === "array" ? { node, path } : undefined;
  return itemsOf(node, path).flatMap((item) => {
    if (item.node.type !== "string") return [];
    return [
      { ...item, path: [...item.path, { value: item.node.value }], text: item.node.value, list },
    ];
  });
}

function principalsOf(
  members: ReadonlyMap<string, JsonMember>,
  path: readonly PathStep[],
): Principals | undefined {
  const name = members.has("Principal") ? "Principal" : "NotPrincipal";
  const member = members.get(name);
  if (member === undefined) return undefined;
  const own = [...path, { key: name }];
  const base = { except: name !== "Principal", node: member.value, path: own };
  if (textOf(member.value) === "*") return { ...base, everyone: true, names: [] };
  const names = [...membersOf(member.value)].flatMap(([type, { value }]) =>
    locatedTexts(value, [...own, { key: type }]).map((text) => ({ ...text, type })),
  );
  const everyone = names.some(({ type, text }) => type === "AWS" && text === "*");
  return { ...base, everyone, names };
}

function conditionsOf(
  member: JsonMember | undefined,
  path: readonly PathStep[],
): readonly LintCondition[] {
  const own = [...path, { key: "Condition" }];
  if (member?.value.type !== "object") return [];
  return member.value.members.flatMap(
    ({ key: { value: operator, ...operatorKey }, value: keys }) => {
      const operatorPath = [...own, { key: operator }];
      const operatorNode: JsonNode = { ...operatorKey, value: operator };
      if (keys.type !== "object") return [];
      return keys.members.map(({ key, value }): LintCondition => {
        const keyPath = [...operatorPath, { key: key.value }];
        return {
          operator,
          operatorNode,
          operatorPath,
          key: key.value,
          keyNode: key,
          node: value,
          path: keyPath,
          values: valuesOf(value, keyPath),
        };
      });
    },
  );
}

function valuesOf(node: JsonNode, path: readonly PathStep[]): readonly LocatedText[] {
  const list = node.type === "array" ? { node, path } : undefined;
  return itemsOf(node, path).flatMap((item) => {
    const { node: value } = item;
    if (value.type === "array" || value.type === "object" || value.type === "null") return [];
    return [{ ...item, path: [...item.path, { value: value.value }], text: value.value, list }];
  });
}

/** The place of a member of an object at `path`: its value, under its key. */
export const memberAt = (path: readonly PathStep[], key: string, node: JsonNode): LocatedNode => ({
  node,
  path: [...path, { key }],
});

/** The place of a condition's operator. */
export const atOperator = ({ operatorNode, operatorPath }: LintCondition): LocatedNode => ({
  node: operatorNode,
  path: operatorPath,
});
