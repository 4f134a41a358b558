import { expect, test } from "vitest";
import { ANY_CHARACTER, ANY_TEXT, SEPARATOR } from "../../packages/policy/src/match/code.ts";
import { globOf, matchesGlob, matchesWildcard } from "../../packages/policy/src/match/wildcard.ts";
import {
  matchesTokens,
  SEPARATOR as ORACLE_SEPARATOR,
  type Token,
  tokensOf,
} from "../reference/wildcard.ts";

const work = () => ({ stepsLeft: 1000 });

function textsOf(letters: readonly string[], most: number): readonly string[] {
  const all = [""];
  for (let from = 0; all[from]!.length < most; from++)
    for (const letter of letters) all.push(all[from] + letter);
  return all;
}

test("every short pattern against every short text, as the oracle has it", () => {
  const texts = textsOf(["a", "b"], 4);
  const wrong: string[] = [];
  for (const pattern of textsOf(["a", "b", "*", "?"], 4)) {
    const tokens = tokensOf(pattern);
    for (const text of texts) {
      const expected = matchesTokens(tokens, text.split(""));
      if (matchesWildcard(pattern, text) !== expected) wrong.push(`${pattern} on ${text}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("separators are matched by themselves and by stars only, and other colons by colons", () => {
  const CODES: { readonly [letter: string]: number } = {
    a: 97,
    ":": 58,
    "|": SEPARATOR,
    "*": ANY_TEXT,
    "?": ANY_CHARACTER,
  };
  const TOKENS: { readonly [letter: string]: Token } = {
    a: { is: "a" },
    ":": { is: ":" },
    "|": { is: ORACLE_SEPARATOR },
    "*": "any text",
    "?": "any character",
  };
  const wrong: string[] = [];
  for (const pattern of textsOf(["a", ":", "|", "*", "?"], 3)) {
    const glob = globOf(Int32Array.from(pattern, (letter) => CODES[letter]!));
    const tokens = pattern.split("").map((letter) => TOKENS[letter]!);
    for (const text of textsOf(["a", ":"], 3)) {
      for (let end = 0; end <= text.length; end++) {
        const characters = text
          .split("")
          .map((c, at) => (c === ":" && at < end ? ORACLE_SEPARATOR : c));
        const expected = matchesTokens(tokens, characters);
        if (matchesGlob(glob, text, 0, text.length, end, work()) !== expected)
          wrong.push(`${pattern} on ${text} to ${end}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test.each([
  ["b*", 1, 4, true],
  ["b*d", 1, 4, true],
  ["bcd", 1, 4, true],
  ["bcd", 0, 4, false],
  ["bcd", 1, 5, false],
  ["*e", 1, 4, false],
  ["a*", 1, 4, false],
  ["", 2, 2, true],
  ["*", 2, 2, true],
  ["?", 2, 2, false],
  ["c*c", 2, 3, false],
])("%j between two indices", (pattern, from, to, expected) => {
  const codes = pattern
    .split("")
    .map((c) => (c === "*" ? ANY_TEXT : c === "?" ? ANY_CHARACTER : c.charCodeAt(0)));
  expect(matchesGlob(globOf(Int32Array.from(codes)), "abcde", from, to, 0, work())).toBe(expected);
});
