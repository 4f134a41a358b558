import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentSpans, LIMITS, positionAt } from "../../packages/policy/src/index.ts";

const SEED = 20261129;

describe("documentSpans", () => {
  test("has the span of each name and value, by the paths that issues have", () => {
    const text = '{ "Statement": [ {"Action": ["a:b", "c:d"]}, {"Sid" : "x"} ],\n"Id":"\\u0041" }';
    const { elements, fault } = documentSpans(text);
    const slices = [...elements].map(([path, { key, value }]) => [
      path,
      key && text.slice(key.start, key.end),
      text.slice(value.start, value.end),
    ]);
    expect(fault).toBeUndefined();
    expect(slices).toEqual([
      ["", undefined, text],
      ["Statement", '"Statement"', '[ {"Action": ["a:b", "c:d"]}, {"Sid" : "x"} ]'],
      ["Statement[0]", undefined, '{"Action": ["a:b", "c:d"]}'],
      ["Statement[0].Action", '"Action"', '["a:b", "c:d"]'],
      ["Statement[0].Action[0]", undefined, '"a:b"'],
      ["Statement[0].Action[1]", undefined, '"c:d"'],
      ["Statement[1]", undefined, '{"Sid" : "x"}'],
      ["Statement[1].Sid", '"Sid"', '"x"'],
      ["Id", '"Id"', '"\\u0041"'],
    ]);
  });

  test("has the later names of repeated members, and nothing of what is in them", () => {
    const text = '{"a":{"b":1},"\\u0061":{"c":[2]},"a":3}';
    const { elements } = documentSpans(text);
    expect([...elements.keys()]).toEqual(["", "a", "a.b"]);
    const { value, repeated } = elements.get("a")!;
    expect(text.slice(value.start, value.end)).toBe('{"b":1}');
    expect(repeated.map(({ start, end }) => text.slice(start, end))).toEqual(['"\\u0061"', '"a"']);
  });

  test("keeps what ended before a fault", () => {
    const { elements, fault } = documentSpans('{"Version":"2012-10-17","Statement":[{"Sid":"a",]}');
    expect([...elements.keys()]).toEqual(["Version", "Statement[0].Sid"]);
    expect(fault?.span).toEqual({ start: 48, end: 49 });
  });

  test.each([
    ["", 0, "The document ends before it is complete."],
    ["{", 1, "A name in double quotes is missing here."],
    ['{"a"', 4, "A colon must follow a member's name."],
    ['{"a" 1}', 5, "A colon must follow a member's name."],
    ['{"a":1 "b":2}', 7, "A comma or a closing brace is missing before this."],
    ['{"a":1,}', 7, "A comma must be followed by another member."],
    ["{'a':1}", 1, "Names have double quotes."],
    ["{\"a\":'b'}", 5, "Strings need double quotes."],
    ['{"a":[1 2]}', 8, "A comma or a closing bracket is missing before this."],
    ['{"a":[1,]}', 8, "A value is missing here: a string in double quotes, a list or an object."],
    ["{} {}", 3, "The document has ended before this."],
    ['{"a":"b', 5, "The quotes that open here are not closed."],
    ['{"a":"\\x"}', 6, "There is no such escape."],
    ['{"a":"\\u12g4"}', 6, "There is no such escape."],
    ['{"a":"x\ny"}', 7, "A string may contain this character as an escape only."],
    ["// why\n{}", 0, "JSON has no comments."],
    ['{"a":01}', 5, "A value is missing here: a string in double quotes, a list or an object."],
    ['{"a":nul}', 5, "A value is missing here: a string in double quotes, a list or an object."],
  ])("%j is no JSON at offset %i", (text, start, reason) => {
    expect(documentSpans(text).fault).toEqual({
      span: { start, end: Math.min(start + 1, text.length) },
      reason,
    });
  });

  test("refuses what is too deep or too long", () => {
    const deep = "[".repeat(LIMITS.nesting + 1);
    const tooDeep = "The document is nested too deeply.";
    expect(documentSpans(`${deep}[]${"]".repeat(LIMITS.nesting + 1)}`).fault?.reason).toBe(tooDeep);
    expect(documentSpans(`{"a":1,"a":${deep}`).fault?.reason).toBe(tooDeep);
    const long = documentSpans(" ".repeat(LIMITS.documentCharacters + 1));
    expect(long.fault?.reason).toBe("The document is too long.");
  });
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
const space = fc.constantFrom("", " ", "\n", "\t\r\n ");

test("every value of a document is where its span says", () => {
  const valueAt = (root: unknown, path: readonly (string | number)[]) =>
    path.reduce<unknown>((at, step) => Reflect.get(Object(at), step), root);
  const paths = (value: unknown, path: string, steps: readonly (string | number)[]): unknown[][] =>
    typeof value !== "object" || value === null
      ? [[path, steps]]
      : [
          [path, steps],
          ...Object.entries(value).flatMap(([name, inner]) => {
            const step = Array.isArray(value) ? `[${name}]` : path === "" ? name : `.${name}`;
            return paths(inner, path + step, [...steps, name]);
          }),
        ];
  const name = fc.constantFrom("a", "b", "__proto__", "é", '"');
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(1, -2.5e9, true, false, null, "x", '\\"'),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(name, tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const { elements, fault } = documentSpans(text);
      expect(fault).toBeUndefined();
      const parsed = JSON.parse(text);
      const expected = paths(parsed, "", []);
      expect(elements.size).toBe(new Set(expected.map(([path]) => path)).size);
      for (const [path, steps] of expected) {
        const found = elements.get(String(path))!.value;
        expect(JSON.parse(text.slice(found.start, found.end))).toEqual(
          valueAt(parsed, steps as (string | number)[]),
        );
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("a text has a fault exactly if JSON.parse refuses it", () => {
  const change = json.chain((text) =>
    fc.tuple(
      fc.constant(text),
      fc.nat({ max: text.length }),
      fc.nat({ max: 2 }),
      fc.constantFrom("", ",", "}", "]", '"', "\\", "0", "-", "e", ".", ":", "\u0001", "\u00a0"),
      space,
    ),
  );
  fc.assert(
    fc.property(change, ([text, at, cut, added, around]) => {
      const changed = around + text.slice(0, at) + added + text.slice(at + cut) + around;
      const parses = () => {
        try {
          JSON.parse(changed);
          return true;
        } catch {
          return false;
        }
      };
      const { fault } = documentSpans(changed);
      expect(fault === undefined, `${changed}: ${fault?.reason}`).toBe(parses());
      if (fault !== undefined) expect(fault.span.end).toBeLessThanOrEqual(changed.length);
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

test("positionAt counts lines and columns from 1", () => {
  const text = "ab\n\ncd";
  expect([0, 2, 3, 4, 6].map((offset) => positionAt(text, offset))).toEqual([
    { line: 1, column: 1, offset: 0 },
    { line: 1, column: 3, offset: 2 },
    { line: 2, column: 1, offset: 3 },
    { line: 3, column: 1, offset: 4 },
    { line: 3, column: 3, offset: 6 },
  ]);
});
