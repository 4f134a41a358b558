import type { JsonNode, JsonMember as Member, JsonRecord as ObjectNode } from "@portcullis/policy";

/** What a text between two offsets is replaced by. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type ListNode = Extract<JsonNode, { readonly type: "array" }>;

/** Applies edits, which must not overlap. */
export const applyEdits = (text: string, edits: readonly Edit[]): string =>
  [...edits]
    // From the end, so that earlier offsets stay right.
    .sort((one, other) => other.start - one.start || other.end - one.end)
    .reduce(
      (done, { start, end, text: part }) => done.slice(0, start) + part + done.slice(end),
      text,
    );

/** JSON data as text that fits where it stands: on lines of its own if the document has lines. */
export function rendered(text: string, at: number, value: unknown): string {
  if (!text.includes("\n")) return JSON.stringify(value);
  return JSON.stringify(value, null, unitOf(text)).replaceAll("\n", `\n${indentAt(text, at)}`);
}

/** One level of indentation, as the document has it. */
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";

/** The white space that begins the line of an offset. */
const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";

export const replaceNode = (text: string, node: JsonNode, value: unknown): Edit => ({
  start: node.start,
  end: node.end,
  text: rendered(text, node.start, value),
});

export const renameMember = ({ key }: Member, name: string): Edit => ({
  start: key.start,
  end: key.end,
  text: JSON.stringify(name),
});

/** What stands between brackets: items of a list, members of an object. */
interface Part {
  readonly start: number;
  readonly end: number;
}

const partsOf = (node: ObjectNode | ListNode): readonly Part[] =>
  node.type === "array"
    ? node.items
    : node.members.map(({ key, value }) => ({ start: key.start, end: value.end }));

/**
 * Adds a member. It stands after the member of the name `after`, else first, and is set apart as
 * the others are.
 */
export function addMember(
  text: string,
  object: ObjectNode,
  name: string,
  value: unknown,
  after?: string,
): Edit {
  const [first] = object.members;
  const colon =
    first === undefined
      ? text.includes("\n")
        ? ": "
        : ":"
      : text.slice(first.key.end, first.value.start);
  const place = object.members.findIndex(({ key }) => key.value === after) + 1;
  return addPart(
    text,
    object,
    place,
    (at) => JSON.stringify(name) + colon + rendered(text, at, value),
  );
}

/** Adds an item at the end of a list. */
export const addItem = (text: string, list: ListNode, value: unknown): Edit =>
  addPart(text, list, list.items.length, (at) => rendered(text, at, value));

/** Adds a text after an item of a list. */
export const addText = (text: string, list: ListNode, after: number, part: string): Edit =>
  addPart(text, list, after + 1, () => part);

function addPart(
  text: string,
  node: ObjectNode | ListNode,
  place: number,
  part: (at: number) => string,
): Edit {
  const parts = partsOf(node);
  const [first, second] = parts;
  if (first === undefined) {
    const [open, close] = lines(text, node.start);
    const at = node.start + 1;
    // Rendered as deep as the bracket; what is inside is one level deeper.
    const inner = part(node.start).replaceAll("\n", open === "" ? "\n" : `\n${unitOf(text)}`);
    return { start: at, end: node.end - 1, text: open + inner + close };
  }
  const lead = text.slice(node.start + 1, first.start);
  const apart =
    second === undefined
      ? lead.includes("\n")
        ? `,${lead}`
        : text.includes("\n")
          ? ", "
          : ","
      : text.slice(first.end, second.start);
  if (place === 0) return { start: first.start, end: first.start, text: part(first.start) + apart };
  const before = parts[place - 1] ?? first;
  return { start: before.end, end: before.end, text: apart + part(first.start) };
}

/** White space after an opening and before a closing bracket. */
function lines(text: string, at: number): readonly [open: string, close: string] {
  if (!text.includes("\n")) return ["", ""];
  const indent = indentAt(text, at);
  return [`\n${indent}${unitOf(text)}`, `\n${indent}`];
}

export function removeMember(object: ObjectNode, name: string): Edit | undefined {
  const at = object.members.findIndex(({ key }) => key.value === name);
  return at < 0 ? undefined : removePart(object, at);
}

/** Takes an item or a member out, with the comma that goes with it. */
export function removePart(node: ObjectNode | ListNode, at: number): Edit {
  const parts = partsOf(node);
  const [before, part, next] = [parts[at - 1], parts[at], parts[at + 1]];
  if (part === undefined) throw new RangeError(`there is no part ${at}`);
  if (before !== undefined) return { start: before.end, end: part.end, text: "" };
  return next === undefined
    ? { start: node.start + 1, end: node.end - 1, text: "" }
    : { start: part.start, end: next.start, text: "" };
}

/**
 * Makes an element that is one text or a list of texts have these values. What stays is not
 * touched: its order, its white space, how it is written.
 */
export function setTexts(text: string, node: JsonNode, values: readonly string[]): readonly Edit[] {
  const items = node.type === "array" ? node.items : [node];
  const had = items.map((item) => ("value" in item ? item.value : undefined));
  if (had.length === values.length) {
    const changed = values.flatMap((value, at) => (value === had[at] ? [] : [at]));
    const [at] = changed;
    if (at === undefined) return [];
    const item = items[at];
    if (changed.length === 1 && item !== undefined) return [replaceNode(text, item, values[at])];
  }
  if (node.type === "array") {
    const kept = had.filter((value) => value !== undefined && values.includes(value));
    const isPrefix = kept.every((value, at) => value === values[at]);
    const added = values.slice(kept.length);
    const [only, ...more] = had.flatMap((value, at) =>
      value !== undefined && values.includes(value) ? [] : [at],
    );
    if (isPrefix && only === undefined && added.length === 1)
      return [addItem(text, node, added[0])];
    if (isPrefix && only !== undefined && more.length === 0 && added.length === 0)
      return [removePart(node, only)];
  }
  return [replaceTexts(text, node, items, values)];
}

/** Values that were there stay as they were written. A list on one line stays on one line. */
function replaceTexts(
  text: string,
  node: JsonNode,
  items: readonly JsonNode[],
  values: readonly string[],
): Edit {
  const written = new Map(
    items.flatMap((item) =>
      "value" in item ? [[item.value, text.slice(item.start, item.end)] as const] : [],
    ),
  );
  const parts = values.map((value) => written.get(value) ?? JSON.stringify(value));
  const { start, end } = node;
  const [only] = parts;
  if (node.type !== "array" && parts.length === 1 && only !== undefined)
    return { start, end, text: only };
  const isShort = node.type === "array" && items.length > 0;
  const isOneLine = isShort && !text.slice(start, end).includes("\n");
  if (parts.length === 0) return { start, end, text: "[]" };
  if (isOneLine || !text.includes("\n"))
    return { start, end, text: `[${parts.join(isOneLine ? ", " : ",")}]` };
  const [open, close] = lines(text, start);
  return { start, end, text: `[${open}${parts.join(`,${open}`)}${close}]` };
}
