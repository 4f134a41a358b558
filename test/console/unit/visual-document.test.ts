import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addCondition,
  addStatement,
  type Change,
  duplicateStatement,
  exchangeStatements,
  moveCondition,
  removeCondition,
  removeStatement,
  setConditionValues,
  setEffect,
  setExcept,
  setPatterns,
  setPrincipals,
  setSid,
} from "../../../packages/console/src/editor/text/edit-document.ts";
import { readDocument } from "../../../packages/console/src/editor/text/read-document.ts";

const DOCUMENT = `{
  "Version": "2012-10-17",
  "Comment": {"kept":   1.0},
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Allow",
      "Action": ["orders:GetOrder", "orders:ListOrders"],
      "Resource": "*",
      "X": [ 1e3 ]
    },
    {
      "Effect": "Deny",
      "NotAction": [
        "iam:*",
        "sts:*"
      ],
      "Resource": "*",
      "Condition": {
        "NumericLessThan": { "orders:Total": [10, 20.0] },
        "Bool": { "aws:MultiFactorAuthPresent": false }
      }
    }
  ]
}`;

/** The lines that a change takes away and puts there. */
function changed(change: Change, text = DOCUMENT): string[] {
  const before = text.split("\n");
  const after = change(text).split("\n");
  const gone = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  return [...gone, ...come];
}

describe("changes of a document touch what they are about alone", () => {
  it("one pattern of a list, added, taken away, and in place of another", () => {
    const set = (...values: string[]) => changed(setPatterns(0, "action", values));
    expect(set("orders:GetOrder", "orders:ListOrders", "orders:CreateOrder")).toEqual([
      '-      "Action": ["orders:GetOrder", "orders:ListOrders"],',
      '+      "Action": ["orders:GetOrder", "orders:ListOrders", "orders:CreateOrder"],',
    ]);
    expect(set("orders:ListOrders")).toEqual([
      '-      "Action": ["orders:GetOrder", "orders:ListOrders"],',
      '+      "Action": ["orders:ListOrders"],',
    ]);
    expect(changed(setPatterns(1, "action", ["iam:*", "sts:*", "organizations:*"]))).toEqual([
      '-        "sts:*"',
      '+        "sts:*",',
      '+        "organizations:*"',
    ]);
    expect(changed(setPatterns(1, "action", ["iam:Get*", "sts:*"]))).toEqual([
      '-        "iam:*",',
      '+        "iam:Get*",',
    ]);
    expect(changed(setPatterns(1, "resource", ["a", "b"]))).toEqual([
      '+      "Resource": [',
      '+        "a",',
      '+        "b"',
    ]);
  });

  it("elements that were not there come in the usual order", () => {
    expect(changed(setSid(1, "Two"))).toEqual(['+      "Sid": "Two",']);
    expect(changed(setSid(0, ""))).toEqual(['-      "Sid": "One",']);
    const principals = [{ type: "AWS", value: "111122223333" }];
    expect(changed(setPrincipals(0, principals))).toEqual([
      '+      "Principal": {',
      '+        "AWS": "111122223333"',
      "+      },",
    ]);
    expect(changed(addCondition(0, "StringEquals", "aws:username", ["ana"]))).toEqual([
      '+        "StringEquals": {',
      '+          "aws:username": "ana"',
      "+        }",
      "+      },",
    ]);
  });

  it("names of elements, and the effect", () => {
    expect(changed(setExcept(0, "resource", true))).toEqual(['+      "NotResource": "*",']);
    expect(changed(setEffect(0, "Deny"))).toEqual(['-      "Effect": "Allow",']);
  });

  it("values of conditions: numbers stay numbers", () => {
    expect(changed(setConditionValues(1, 0, ["10", "20.0", "30"]))).toEqual([
      '-        "NumericLessThan": { "orders:Total": [10, 20.0] },',
      '+        "NumericLessThan": { "orders:Total": [10, 20.0, "30"] },',
    ]);
    expect(changed(setConditionValues(1, 0, ["20.0", "10"]))).toEqual([
      '-        "NumericLessThan": { "orders:Total": [10, 20.0] },',
      '+        "NumericLessThan": { "orders:Total": [20.0, 10] },',
    ]);
    expect(changed(removeCondition(1, 1))).toEqual([
      '-        "NumericLessThan": { "orders:Total": [10, 20.0] },',
      '-        "Bool": { "aws:MultiFactorAuthPresent": false }',
      '+        "NumericLessThan": { "orders:Total": [10, 20.0] }',
    ]);
    expect(changed(moveCondition(1, 1, "BoolIfExists", "aws:MultiFactorAuthPresent"))).toEqual([
      '-        "Bool": { "aws:MultiFactorAuthPresent": false }',
      '+        "BoolIfExists": {',
      '+          "aws:MultiFactorAuthPresent": "false"',
      "+        }",
    ]);
    const taken = moveCondition(1, 1, "NumericLessThan", "orders:Total");
    expect(taken(DOCUMENT)).toBe(DOCUMENT);
  });

  it("statements: moved, copied and removed as they are written", () => {
    const exchanged = exchangeStatements(0)(DOCUMENT);
    expect(exchangeStatements(0)(exchanged)).toBe(DOCUMENT);
    expect(exchanged.indexOf("[ 1e3 ]")).toBeGreaterThan(exchanged.indexOf("20.0"));
    const copied = duplicateStatement(0)(DOCUMENT);
    expect(copied.split("[ 1e3 ]")).toHaveLength(3);
    expect(copied.split('"One"')).toHaveLength(2);
    expect(removeStatement(1)(copied)).toBe(DOCUMENT);
    expect(JSON.parse(removeStatement(0)(removeStatement(0)(DOCUMENT))).Statement).toEqual([]);
  });

  it("a statement that is no list gets one", () => {
    const one = '{"Statement":{"Effect":"Allow","Action":"a:B","Resource":"*","N":1.0}}';
    const two = addStatement({ Effect: "Deny" })(one);
    expect(two).toBe(
      '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*","N":1.0},{"Effect":"Deny"}]}',
    );
    expect(addStatement({ Effect: "Deny" })("{}")).toBe('{"Statement":[{"Effect":"Deny"}]}');
  });
});

describe("what fields can't show", () => {
  const reason = (text: string) => {
    const read = readDocument(text);
    if (!read.ok) return read.reason;
    return read.document.statements[0]?.hidden;
  };

  it.each([
    ["{", "The document is not JSON."],
    ["[]", "The document is no JSON object."],
    ['{"Statement":"x"}', "Its Statement is neither a statement nor a list of them."],
    ['{"Statement":[],"Statement":[]}', "It has Statement twice."],
    ['{"Statement":[1]}', "It is no JSON object."],
    ['{"Statement":{"Action":"a","Action":"b"}}', "It has Action twice."],
    ['{"Statement":{"Action":"a","NotAction":"b"}}', "It has both Action and NotAction."],
    ['{"Statement":{"Action":{}}}', "Its actions or resources are no texts."],
    ['{"Statement":{"Sid":1}}', "Its Sid or Effect is no text."],
    ['{"Statement":{"Principal":"x"}}', "Its principals are of another form than fields show."],
    ['{"Statement":{"Condition":[]}}', "Its conditions are of another form than fields show."],
  ])("%s", (text, expected) => {
    expect(reason(text)).toBe(expected);
  });

  it("is left as it is by every change", () => {
    const text = '{"Statement":[{"Action":{"a":1}}]}';
    for (const change of [setSid(0, "x"), setPatterns(0, "action", ["b"]), setEffect(7, "Deny")])
      expect(change(text)).toBe(text);
    expect(setSid(0, "x")('{"Statement":')).toBe('{"Statement":');
  });
});

const texts = fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 });
const oneOrMany = fc.oneof(fc.string({ maxLength: 8 }), texts);
const conditions = fc.dictionary(
  fc.constantFrom("StringEquals", "Bool", "NumericLessThan", "made up"),
  fc.dictionary(fc.string({ maxLength: 6 }), oneOrMany, { minKeys: 1, maxKeys: 3 }),
  { minKeys: 1, maxKeys: 3 },
);
const statements = fc.record(
  {
    Sid: fc.string({ maxLength: 8 }),
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: oneOrMany,
    Resource: oneOrMany,
    Condition: conditions,
    Unknown: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);
const documents = fc.record({
  Version: fc.constant("2012-10-17"),
  Statement: fc.array(statements, { minLength: 1, maxLength: 3 }),
  More: fc.jsonValue({ maxDepth: 2 }),
});
const indents = fc.constantFrom(undefined, 1, 2, 4, "\t");

describe("any document in any layout", () => {
  it("changes_say_what_they_do_and_keep_the_rest", () => {
    fc.assert(
      fc.property(documents, indents, texts, fc.nat(2), (document, indent, values, place) => {
        const text = JSON.stringify(document, null, indent);
        const index = place % document.Statement.length;
        const data = () => JSON.parse(text) as { Statement: Record<string, unknown>[] };
        const check = (change: Change, expected: (own: Record<string, unknown>) => void) => {
          const wanted = data();
          const own = wanted.Statement[index];
          if (own === undefined) return;
          expected(own);
          expect(flat(JSON.parse(change(text)))).toEqual(flat(wanted));
        };
        check(setPatterns(index, "action", values), (own) => {
          own.Action = values;
        });
        check(setPatterns(index, "resource", values), (own) => {
          own.Resource = values;
        });
        check(setSid(index, "New"), (own) => {
          own.Sid = "New";
        });
        check(setSid(index, ""), (own) => {
          delete own.Sid;
        });
        check(setEffect(index, "Deny"), (own) => {
          own.Effect = "Deny";
        });
        check(addCondition(index, "Date", "k", values), (own) => {
          own.Condition = { ...(own.Condition as object), Date: { k: values } };
        });
        const removed = JSON.parse(removeStatement(index)(text));
        expect(flat(removed)).toEqual(
          flat({ ...data(), Statement: data().Statement.filter((_, at) => at !== index) }),
        );
        const copy = JSON.parse(duplicateStatement(index)(text));
        expect(copy.Statement).toHaveLength(document.Statement.length + 1);
        expect(flat({ ...copy.Statement[index + 1], Sid: 0 })).toEqual(
          flat({ ...data().Statement[index], Sid: 0 }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("every_condition_goes_and_comes_back", () => {
    fc.assert(
      fc.property(conditions, indents, (condition, indent) => {
        let text = JSON.stringify({ Statement: [{ Condition: condition }] }, null, indent);
        const all = () => {
          const read = readDocument(text);
          const [first] = read.ok ? read.document.statements : [];
          return first?.hidden === undefined ? (first?.conditions ?? []) : [];
        };
        const before = all();
        for (const _ of before) text = removeCondition(0, 0)(text);
        expect(JSON.parse(text)).toEqual({ Statement: [{}] });
        for (const { operator, key, values } of before)
          text = addCondition(0, operator, key, values)(text);
        const plain = (found: typeof before) =>
          found.map(({ operator, key, values }) => ({ operator, key, values }));
        expect(plain(all())).toEqual(plain(before));
      }),
    );
  });
});

/** One value and a list of that value are the same to policies. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? flat(value[0]) : value.map(flat);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, flat(inner)]));
}
