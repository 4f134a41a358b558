import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error: a script without types
import { FILE, render } from "../../packages/portcullis/scripts/test-schema.mjs";

const schema = JSON.parse(readFileSync(FILE, "utf8"));

test("the published schema is made from what the command reads: else run `npm run generate`", () => {
  expect(schema).toEqual(JSON.parse(render()));
});

test("the schema takes the example, and refuses a misspelled member", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const example = parse(readFileSync("examples/policies/orders.test.yaml", "utf8"));
  expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...example, polices: {} })).toBe(false);
});
