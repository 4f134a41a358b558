// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables, not templates
import { expect, test } from "vitest";
import { ANY_CHARACTER, ANY_TEXT } from "../../packages/policy/src/match/code.ts";
import {
  constantGlob,
  constantText,
  parseTemplate,
  resolveGlob,
  resolveText,
} from "../../packages/policy/src/match/template.ts";

const variable = (name: string, more = {}) => ({ key: name.toLowerCase(), name, ...more });
const contextOf = (values: Record<string, string | readonly string[]>) => ({
  context: { get: (key: string) => (Object.hasOwn(values, key) ? values[key] : undefined) },
  stepsLeft: 1000,
});

test.each([
  ["", []],
  ["a", ["a"]],
  ["a*b?c", ["a", ANY_TEXT, "b", ANY_CHARACTER, "c"]],
  ["**", [ANY_TEXT, ANY_TEXT]],
  ["${aws:UserName}", [variable("aws:UserName")]],
  ["x${ aws:a }y", ["x", variable("aws:a"), "y"]],
  ["${*}${?}${$}", ["*?$"]],
  ["a${*}b*", ["a*b", ANY_TEXT]],
  ["$a{b}", ["$a{b}"]],
  ["$", ["$"]],
  ["${open", ["${open"]],
  ["${a}${open", [variable("a"), "${open"]],
  ["${a, 'x'}", [variable("a", { fallback: "x" })]],
  ["${a ,'x, y'}", [variable("a", { fallback: "x, y" })]],
  ["${a, ''}", [variable("a", { fallback: "" })]],
  ["${a, x}", [variable("a")]],
  ["${a, 'x}", [variable("a")]],
  ["${a, x'}", [variable("a")]],
  ["${a, '}", [variable("a")]],
  ["${a,}", [variable("a")]],
  ["${,'x'}", [variable("", { fallback: "x" })]],
])("%j is read as its pieces", (text, pieces) => {
  expect(parseTemplate(text, true, true)).toEqual(pieces);
});

test("without wildcards, or without variables, or before where they begin, they are literal", () => {
  expect(parseTemplate("a*${b}", false, true)).toEqual(["a*", variable("b")]);
  expect(parseTemplate("a*${b}", true, false)).toEqual(["a", ANY_TEXT, "${b}"]);
  expect(parseTemplate("${a}${b}", true, true, 4)).toEqual(["${a}", variable("b")]);
  expect(parseTemplate("${a}${b}", true, true, 5)).toEqual(["${a}${b}"]);
});

test("a variable has the key's one value, else its default, else none", () => {
  const template = parseTemplate("${a}/${b, 'none'}", true, true);
  expect(resolveText(template, contextOf({ a: "x", b: "y" }))).toBe("x/y");
  expect(resolveText(template, contextOf({ a: ["x"], b: [] }))).toBe("x/none");
  expect(resolveText(template, contextOf({ a: "x", b: ["y", "z"] }))).toBeUndefined();
  expect(resolveText(template, contextOf({ b: "y" }))).toBeUndefined();
  expect(resolveGlob(template, contextOf({ b: "y" }))).toBeUndefined();
  // What it stands for is literal.
  expect(resolveGlob(parseTemplate("${a}", true, true), contextOf({ a: "*" }))).toEqual({
    codes: Int32Array.of(42),
    lastStar: -1,
  });
});

test("constants are those that no request changes", () => {
  const changing = parseTemplate("a${b}", true, true);
  expect([constantGlob(changing), constantText(changing)]).toEqual([undefined, undefined]);
  const constant = parseTemplate("ab", true, true);
  expect(constantText(constant)).toBe("ab");
  expect(constantGlob(constant)).toEqual({ codes: Int32Array.of(97, 98), lastStar: -1 });
});
