import { type JsonNode, type ParseResult, type PolicyKind, parsePolicy } from "@portcullis/policy";
import type { Services } from "../services/services.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import { statementsOf } from "../statement/statements.ts";
import type { Fix, PathStep } from "./finding.ts";

/** A node with its path. */
export interface LocatedNode {
  readonly node: JsonNode;
  readonly path: readonly PathStep[];
}

/** The elements of an object by name. Of a name that comes again, the first counts. */
export type Elements = ReadonlyMap<string, LocatedNode>;

/** A member of an object. Its name and its value have the same path. */
export interface LocatedMember {
  readonly name: string;
  readonly key: LocatedNode;
  readonly value: LocatedNode;
}

/** A text of an element that is one text or a list of them. */
export interface LocatedText extends LocatedNode {
  readonly text: string;
}

/** A statement, as checks read it. */
export interface LintStatement extends LocatedNode {
  readonly effect: "Allow" | "Deny" | undefined;
  readonly elements: Elements;
  readonly actions: Patterns | undefined;
  readonly resources: Patterns | undefined;
  readonly principals: Principals | undefined;
  readonly conditions: readonly LintCondition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns extends LocatedNode {
  readonly except: boolean;
  readonly texts: readonly LocatedText[];
}

/** `Principal` or `NotPrincipal`. */
export interface Principals extends LocatedNode {
  readonly except: boolean;
  readonly everyone: boolean;
  readonly names: readonly (LocatedText & { readonly type: string })[];
}

/** One key under one operator. The place of the condition is that of its values. */
export interface LintCondition extends LocatedNode {
  readonly operator: string;
  readonly atOperator: LocatedNode;
  readonly key: string;
  readonly atKey: LocatedNode;
  /** Numbers and booleans as they are written. */
  readonly values: readonly LocatedText[];
}

export interface LintDocument {
  readonly text: string;
  readonly kind: PolicyKind;
  readonly services: Services | undefined;
  readonly root: LocatedNode;
  readonly version: string | undefined;
  /** Whether `${...}` in its texts are policy variables. */
  readonly variables: boolean;
  readonly elements: Elements;
  readonly statements: readonly LintStatement[];
  /** How the engine reads the text. */
  readonly parsed: ParseResult;
  /**
   * The statements as sets of requests, in their order. There are none if the engine refuses the
   * document, or if it has too many statements to compare each with each.
   */
  readonly requestSets: () => readonly LocatedSet[];
}

/** A statement as a set of requests, as it stands in the text, and the sets of all statements. */
export type LocatedSet = readonly [RequestSet, LintStatement, readonly RequestSet[]];

/** The result of a check: locations, and a sentence. */
export interface Found {
  readonly at: LocatedNode | readonly LocatedNode[];
  readonly details: string;
  readonly fixes?: readonly Fix[];
}

/** Reads the well-formed parts of a document. */
export function lintDocument(
  text: string,
  node: JsonNode,
  kind: PolicyKind,
  services: Services | undefined,
): LintDocument {
  const root: LocatedNode = { node, path: [] };
  const elements = elementsOf(root);
  const version = textOf(elements.get("Version"));
  const statements = itemsOf(elements.get("Statement"))
    .filter((item) => item.node.type === "object")
    .map(lintStatement);
  const parsed = parsePolicy(text, kind);
  let requestSets: readonly LocatedSet[] | undefined;
  return {
    text,
    kind,
    services,
    root,
    version,
    variables: version === "2012-10-17",
    elements,
    statements,
    parsed,
    requestSets: () => (requestSets ??= locatedSets(parsed, statements)),
  };
}

/** A document within quotas has fewer. */
const MOST_STATEMENTS = 400;

function locatedSets(
  parsed: ParseResult,
  statements: readonly LintStatement[],
): readonly LocatedSet[] {
  if (!parsed.ok || statements.length > MOST_STATEMENTS) return [];
  const sets = statementsOf(parsed.policy, 0).map(requestSetOf);
  return sets.map((one, at) => [one, statements[at]!, sets]);
}

/** The members of an object, repeated ones too; none of anything else. */
export function membersOf(object: LocatedNode | undefined): readonly LocatedMember[] {
  if (object?.node.type !== "object") return [];
  return object.node.members.map(({ key, value }) => {
    const path = [...object.path, { key: key.value }];
    return { name: key.value, key: { node: key, path }, value: { node: value, path } };
  });
}

function elementsOf(object: LocatedNode): Elements {
  const elements = new Map<string, LocatedNode>();
  for (const { name, value } of membersOf(object))
    if (!elements.has(name)) elements.set(name, value);
  return elements;
}

/** A string's value; undefined if the element is no string. */
export const textOf = (element: LocatedNode | undefined): string | undefined =>
  element?.node.type === "string" ? element.node.value : undefined;

export const isEmptyList = ({ node }: LocatedNode): boolean =>
  node.type === "array" && node.items.length === 0;

export const isEmptyObject = ({ node }: LocatedNode): boolean =>
  node.type === "object" && node.members.length === 0;

/** A list's items, or what is no list as the only one. */
export function itemsOf(element: LocatedNode | undefined): readonly LocatedNode[] {
  if (element === undefined) return [];
  const { node, path } = element;
  if (node.type !== "array") return [element];
  return node.items.map((item, index) => ({ node: item, path: [...path, { index }] }));
}

function lintStatement(statement: LocatedNode): LintStatement {
  const elements = elementsOf(statement);
  const effect = textOf(elements.get("Effect"));
  return {
    ...statement,
    elements,
    effect: effect === "Allow" || effect === "Deny" ? effect : undefined,
    actions: patternsOf(elements, "Action"),
    resources: patternsOf(elements, "Resource"),
    principals: principalsOf(elements),
    conditions: membersOf(elements.get("Condition")).flatMap(conditionsOf),
  };
}

/** An element or, if it is absent, the one that excepts what it lists. */
function eitherOf(
  elements: Elements,
  name: string,
): (LocatedNode & { readonly except: boolean }) | undefined {
  const element = elements.get(name);
  const found = element ?? elements.get(`Not${name}`);
  return found && { ...found, except: element === undefined };
}

function patternsOf(elements: Elements, name: "Action" | "Resource"): Patterns | undefined {
  const element = eitherOf(elements, name);
  return element && { ...element, texts: textsOf(element) };
}

function principalsOf(elements: Elements): Principals | undefined {
  const element = eitherOf(elements, "Principal");
  if (element === undefined) return undefined;
  const names = [...elementsOf(element)].flatMap(([type, value]) =>
    textsOf(value).map((text) => ({ ...text, type })),
  );
  const everyone =
    textOf(element) === "*" || names.some(({ type, text }) => type === "AWS" && text === "*");
  return { ...element, everyone, names };
}

function conditionsOf({ name, key, value }: LocatedMember): readonly LintCondition[] {
  return membersOf(value).map((member) => ({
    ...member.value,
    operator: name,
    atOperator: key,
    key: member.name,
    atKey: member.key,
    values: textsOf(member.value, SCALARS),
  }));
}

const TEXTS: readonly JsonNode["type"][] = ["string"];
/** What a condition may have for a text. */
export const SCALARS: readonly JsonNode["type"][] = ["string", "number", "boolean"];

/** The texts of a list, or of an element that is one. What is of none of the types is left out. */
function textsOf(element: LocatedNode, types = TEXTS): readonly LocatedText[] {
  return itemsOf(element).flatMap(({ node, path }) =>
    "value" in node && types.includes(node.type)
      ? [{ node, path: [...path, { value: node.value }], text: node.value }]
      : [],
  );
}
