import type { JsonNode, JsonRecord as ObjectNode } from "@portcullis/policy";
import {
  addItem,
  addMember,
  addText,
  applyEdits,
  type Edit,
  removeMember,
  removePart,
  renameMember,
  rendered,
  replaceNode,
  setTexts,
} from "./json-edit.ts";
import {
  member,
  type PrincipalEntry,
  readDocument,
  type ShownStatement,
  type VisualDocument,
} from "./read-document.ts";

/**
 * Changes of a document's text, one for each thing that fields can change. What a change is not
 * about stays as it is written. Each gives the text back unchanged if the statement is not there.
 */
export type Change = (text: string) => string;

/** Makes a change to the document as it is by now. */
export type Apply = (change: Change) => void;

/** The order in which people write a statement's elements. */
const ORDER = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

const changing =
  (edits: (document: VisualDocument) => readonly Edit[]): Change =>
  (text) => {
    const read = readDocument(text);
    return read.ok ? applyEdits(text, edits(read.document)) : text;
  };

const changingStatement = (
  index: number,
  edits: (statement: ShownStatement, text: string) => readonly Edit[],
): Change =>
  changing(({ statements, text }) => {
    const statement = statements[index];
    return statement === undefined || statement.hidden !== undefined ? [] : edits(statement, text);
  });

export const setEffect = (index: number, effect: "Allow" | "Deny"): Change =>
  changingStatement(index, ({ node }, text) => [setMember(text, node, "Effect", effect)]);

/** Empty: no Sid. */
export const setSid = (index: number, sid: string): Change =>
  changingStatement(index, ({ node }, text) =>
    sid === "" ? present(removeMember(node, "Sid")) : [setMember(text, node, "Sid", sid)],
  );

function setMember(text: string, node: ObjectNode, name: string, value: unknown): Edit {
  const found = member(node, name);
  return found === undefined
    ? insertMember(text, node, name, value)
    : replaceNode(text, found.value, value);
}

/** Puts an element where people look for it: after those that come before it in `ORDER`. */
function insertMember(text: string, node: ObjectNode, name: string, value: unknown): Edit {
  const before = ORDER.slice(0, ORDER.indexOf(name.replace(/^Not/, "")));
  const after = before.flatMap((one) => [one, `Not${one}`]).findLast((one) => member(node, one));
  return addMember(text, node, name, value, after);
}

const present = (edit: Edit | undefined): readonly Edit[] => (edit === undefined ? [] : [edit]);

/** The patterns of `Action` or `Resource`, whichever form the statement has. */
export const setPatterns = (
  index: number,
  element: "action" | "resource",
  values: readonly string[],
): Change =>
  changingStatement(index, (statement, text) => {
    const found = statement[element];
    if (found !== undefined) return setTexts(text, found.member.value, values);
    const name = element === "action" ? "Action" : "Resource";
    return [insertMember(text, statement.node, name, one(values))];
  });

const one = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? "") : values;

/** `Action` or `NotAction`, and so on; the values stay. */
export const setExcept = (
  index: number,
  element: "action" | "resource" | "principal",
  except: boolean,
): Change =>
  changingStatement(index, (statement, text) => {
    const found = statement[element];
    const plain = `${element.charAt(0).toUpperCase()}${element.slice(1)}`;
    const name = except ? `Not${plain}` : plain;
    if (found !== undefined) return [renameMember(found.member, name)];
    return [insertMember(text, statement.node, name, element === "principal" ? {} : [])];
  });

export const setPrincipals = (index: number, names: readonly PrincipalEntry[]): Change =>
  changingStatement(index, ({ principal, node }, text) => {
    const value = principalValue(names);
    if (principal === undefined) return [insertMember(text, node, "Principal", value)];
    const old = principal.member.value;
    if (old.type !== "object" || typeof value === "string") return [replaceNode(text, old, value)];
    const types = new Set([...principal.names, ...names].map(({ type }) => type));
    const changed = [...types].filter(
      (type) =>
        JSON.stringify(valuesOf(principal.names, type)) !== JSON.stringify(valuesOf(names, type)),
    );
    const [type, ...more] = changed;
    if (type === undefined) return [];
    if (more.length > 0) return [replaceNode(text, old, value)];
    const [had, values] = [member(old, type), valuesOf(names, type)];
    if (had === undefined)
      return [addMember(text, old, type, one(values), old.members.at(-1)?.key.value)];
    return values.length === 0
      ? present(removeMember(old, type))
      : setTexts(text, had.value, values);
  });

const valuesOf = (names: readonly PrincipalEntry[], wanted: string): readonly string[] =>
  names.flatMap(({ type, value }) => (type === wanted ? [value] : []));

function principalValue(names: readonly PrincipalEntry[]): unknown {
  if (names.some(({ type }) => type === "*")) return "*";
  const types = [...new Set(names.map(({ type }) => type))];
  return Object.fromEntries(types.map((type) => [type, one(valuesOf(names, type))]));
}

/** Does nothing if the statement has the key under the operator already. */
export const addCondition = (
  index: number,
  operator: string,
  key: string,
  values: readonly string[],
): Change =>
  changingStatement(index, ({ node }, text) => {
    const condition = member(node, "Condition")?.value;
    const entry = { [key]: one(values) };
    if (condition?.type !== "object")
      return [insertMember(text, node, "Condition", { [operator]: entry })];
    const keys = member(condition, operator)?.value;
    if (keys?.type === "object")
      return member(keys, key) === undefined
        ? [addMember(text, keys, key, one(values), keys.members.at(-1)?.key.value)]
        : [];
    return [addMember(text, condition, operator, entry, condition.members.at(-1)?.key.value)];
  });

export const setConditionValues = (index: number, at: number, values: readonly string[]): Change =>
  changingStatement(index, ({ conditions }, text) => {
    const entry = conditions[at];
    return entry === undefined ? [] : setTexts(text, entry.member.value, values);
  });

/** Takes a condition away; with the last of an operator the operator, with the last of all all. */
export const removeCondition = (index: number, at: number): Change =>
  changingStatement(index, ({ node, conditions }) => {
    const entry = conditions[at];
    const condition = member(node, "Condition")?.value;
    if (entry === undefined || condition?.type !== "object") return [];
    if (conditions.length === 1) return present(removeMember(node, "Condition"));
    const keys = member(condition, entry.operator)?.value;
    if (keys?.type !== "object") return [];
    return present(
      keys.members.length === 1
        ? removeMember(condition, entry.operator)
        : removeMember(keys, entry.key),
    );
  });

/** Another operator or key for a condition, whose values stay. */
export function moveCondition(index: number, at: number, operator: string, key: string): Change {
  return (text) => {
    const read = readDocument(text);
    const statement = read.ok ? read.document.statements[index] : undefined;
    if (statement === undefined || statement.hidden !== undefined) return text;
    const { conditions } = statement;
    const entry = conditions[at];
    const isTaken = conditions.some((other) => other.operator === operator && other.key === key);
    if (entry === undefined || isTaken) return text;
    if (entry.operator === operator) return applyEdits(text, [renameMember(entry.member, key)]);
    const added = addCondition(index, operator, key, entry.values)(text);
    return removeCondition(index, at)(added);
  };
}

/** Adds a statement at the end, or the copy of another one after it. */
export const addStatement = (statement: unknown): Change =>
  changing(({ text, root, list }) => {
    if (list === undefined) {
      const last = root.members.at(-1)?.key.value;
      return [addMember(text, root, "Statement", [statement], last)];
    }
    return list.type === "array"
      ? [addItem(text, list, statement)]
      : inList(text, list, rendered(text, list.start, statement));
  });

/** A document with one statement that is no list gets a list. */
const inList = (text: string, { start, end }: JsonNode, added: string): readonly Edit[] => [
  { start, end: start, text: "[" },
  { start: end, end, text: `${text.includes("\n") ? ", " : ","}${added}]` },
];

/** A copy of a statement, right after it. Its Sid would be there twice, so it has none. */
export const duplicateStatement = (index: number): Change =>
  changing(({ text, list, statements }) => {
    const statement = statements[index];
    if (statement === undefined || list === undefined) return [];
    const own = text.slice(statement.node.start, statement.node.end);
    const withoutSid = statement.node.type === "object" && removeMember(statement.node, "Sid");
    const { start } = statement.node;
    const copy = withoutSid
      ? applyEdits(own, [
          { ...withoutSid, start: withoutSid.start - start, end: withoutSid.end - start },
        ])
      : own;
    return list.type === "array" ? [addText(text, list, index, copy)] : inList(text, list, copy);
  });

export const removeStatement = (index: number): Change =>
  changing(({ text, list }) => {
    if (list === undefined) return [];
    if (list.type === "array")
      return list.items[index] === undefined ? [] : [removePart(list, index)];
    return index === 0 ? [replaceNode(text, list, [])] : [];
  });

/** Exchanges a statement with the one after it. */
export const exchangeStatements = (index: number): Change =>
  changing(({ text, statements }) => {
    const [first, second] = [statements[index]?.node, statements[index + 1]?.node];
    if (first === undefined || second === undefined) return [];
    const own = ({ start, end }: JsonNode) => text.slice(start, end);
    return [
      { start: first.start, end: first.end, text: own(second) },
      { start: second.start, end: second.end, text: own(first) },
    ];
  });
