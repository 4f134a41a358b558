import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  authorize,
  checkPolicy,
  explain,
  matchesWildcard,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { globOf, matchesGlob } from "../../packages/policy/src/match/wildcard.ts";
import { matchesTokens, SEPARATOR, tokensOf } from "../reference/wildcard.ts";
import { compiled } from "./both.ts";

const SEED = 20261130;
const BOB = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDA",
} as const;

/** Words whose prefixes and suffixes overlap, which is what makes naive searches slow. */
const periodic = fc
  .tuple(
    fc.constantFrom("a", "ab", "aab", "aaaab", "abaab"),
    fc.nat({ max: 30 }),
    fc.constantFrom("", "a", "b", "ba"),
  )
  .map(([word, times, end]) => word.repeat(times) + end);
/** Long, with any number of `?`: longer than several words of 32 bits. */
const holed = fc
  .tuple(
    fc.constantFrom("a", "ab", "aab", "abaab"),
    fc.integer({ min: 1, max: 70 }),
    fc.array(fc.nat({ max: 350 }), { minLength: 1, maxLength: 40 }),
  )
  .map(([word, times, holes]) => {
    const codes = word.repeat(times).split("");
    for (const hole of holes) codes[hole % codes.length] = "?";
    return codes.join("");
  });
const segment = fc.oneof(
  { weight: 4, arbitrary: periodic },
  { weight: 2, arbitrary: holed },
  {
    weight: 1,
    arbitrary: fc
      .tuple(periodic, fc.nat({ max: 40 }))
      .map(([text, at]) => `${text.slice(0, at)}?${text.slice(at + 1)}`),
  },
);
const pattern = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("*"));

describe("adversarial patterns", () => {
  test("match what the dynamic programme of the reference matches", () => {
    const pair = fc.oneof(
      fc.tuple(pattern, periodic),
      // A text that the pattern matches, or nearly.
      fc
        .tuple(pattern, fc.array(periodic, { minLength: 6, maxLength: 6 }), fc.nat({ max: 3 }))
        .map(([wanted, fillers, cut]): [string, string] => {
          let next = 0;
          const text = wanted.replace(/\*/g, () => fillers[next++] ?? "").replace(/\?/g, "a");
          return [wanted, text.slice(0, text.length - cut)];
        }),
    );
    let matching = 0;
    fc.assert(
      fc.property(pair, ([wanted, text]) => {
        const expected = matchesTokens(tokensOf(wanted), text.split(""));
        if (expected) matching++;
        expect(matchesWildcard(wanted, text)).toBe(expected);
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(matching).toBeGreaterThan(50);
  });

  test("question_marks_in_a_long_segment_match_all_but_separators", () => {
    const wordsOf = (filler: fc.Arbitrary<string>) =>
      fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant("a") }, filler), {
        minLength: 60,
        maxLength: 200,
      });
    const marks = fc.oneof(
      { weight: 3, arbitrary: fc.constant("?") },
      { weight: 1, arbitrary: fc.constant(":") },
    );
    const kinds = { matching: 0, refused: 0 };
    const example = fc
      .tuple(wordsOf(marks), wordsOf(fc.constantFrom("b", ":")), fc.nat({ max: 250 }), fc.boolean())
      .map(([codes, around, separatorsEnd, isPlanted]) => {
        const hole = codes.indexOf("?");
        const fill = separatorsEnd % 2 === 0 ? "b" : ":";
        const planted = codes.map((code, at) => (at === hole ? fill : code === "?" ? "b" : code));
        return {
          codes,
          text: [...around, ...(isPlanted ? planted : []), ...around].join(""),
          separatorsEnd,
        };
      });
    fc.assert(
      fc.property(example, ({ codes, text, separatorsEnd }) => {
        // In the pattern every colon is a separator, in the text those before an index are.
        const tokens = tokensOf(`*${codes.join("")}*`).map((token) =>
          typeof token === "object" && token.is === ":" ? { is: SEPARATOR } : token,
        );
        const characters = text
          .split("")
          .map((character, at) =>
            character === ":" && at < separatorsEnd ? SEPARATOR : character,
          );
        const expected = matchesTokens(tokens, characters);
        kinds[expected ? "matching" : "refused"]++;
        const glob = globOf(codesOf(`*${codes.join("")}*`));
        const work = { stepsLeft: 1_000_000 };
        expect(matchesGlob(glob, text, 0, text.length, separatorsEnd, work)).toBe(expected);
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(Math.min(kinds.matching, kinds.refused)).toBeGreaterThan(20);
  });

  test.each<[string, (n: number) => [string, string]]>([
    ["one long segment", (n) => [`*${"a".repeat(n)}b*`, "a".repeat(2 * n)]],
    ["a segment that differs at its beginning", (n) => [`*b${"a".repeat(n)}*`, "a".repeat(2 * n)]],
    ["many segments", (n) => [`*${"aaaaaaaaab*".repeat(n / 10)}`, "a".repeat(2 * n)]],
    ["many found segments", (n) => ["*aaaab".repeat(n / 5).concat("*c*"), "aaaab".repeat(n / 2)]],
    ["single characters", (n) => [`*${"a*".repeat(n)}b*`, "a".repeat(2 * n)]],
    ["a Fibonacci word", (n) => [`*${fibonacci(n)}c*`, fibonacci(3 * n)]],
    ["a question mark in each short segment", (n) => [`*${"a?aab*".repeat(n / 6)}`, "a".repeat(n)]],
  ])("take steps linear in pattern and text: %s", (_, make) => {
    for (const n of [500, 1000, 2000, 4000, 8000]) {
      const [wanted, text] = make(n);
      expect(stepsOf(wanted, text)).toBeLessThan(10 * (wanted.length + text.length));
    }
  });

  test.each<[string, (n: number) => [string, string]]>([
    ["every other one", (n) => [`*${"a?".repeat(n / 2)}b*`, "a".repeat(2 * n)]],
    ["one", (n) => [`*${"a".repeat(n / 2)}?${"a".repeat(n / 2)}b*`, "a".repeat(2 * n)]],
    ["all", (n) => [`*${"?".repeat(n)}b*`, "a".repeat(2 * n)]],
    ["many different characters", (n) => [`*${different(n)}?b*`, different(2 * n)]],
  ])("with question marks take a step for 32 of their product: %s", (_, make) => {
    for (const n of [500, 1000, 2000, 4000, 8000]) {
      const [wanted, text] = make(n);
      const linear = 10 * (wanted.length + text.length);
      expect(stepsOf(wanted, text)).toBeLessThan(
        linear + (1.1 * wanted.length * (wanted.length + text.length)) / 32,
      );
    }
  });

  test("with question marks in a long segment end at the step limit", () => {
    const wanted = `*${"a?".repeat(3000)}b*`;
    expect(() => stepsOf(wanted, "a".repeat(9000), 1_000_000)).toThrow(RangeError);
  });
});

/** The steps of one match. */
function stepsOf(wanted: string, text: string, limit = Number.MAX_SAFE_INTEGER): number {
  const glob = globOf(codesOf(wanted));
  const work = { stepsLeft: limit };
  matchesGlob(glob, text, 0, text.length, 0, work);
  return limit - work.stepsLeft;
}

/** The codes of a pattern whose colons are separators. */
function codesOf(wanted: string): Int32Array {
  const codes: { readonly [special: string]: number } = { "*": -1, "?": -2, ":": -3 };
  return Int32Array.from(wanted.split(""), (code) => codes[code] ?? code.charCodeAt(0));
}

const different = (length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, at) => 256 + at));

function fibonacci(length: number): string {
  let [shorter, longer] = ["a", "ab"];
  while (longer.length < length) [shorter, longer] = [longer, longer + shorter];
  return longer.slice(0, length);
}

const LONG = `arn:aws:s:::${"a".repeat(9000)}`;

/**
 * As many policies as quotas allow, each near its quota of 6,144 characters. One is compiled for
 * all.
 */
function policiesOf(statement: object, count = 110) {
  const whole = { Effect: "Allow", Action: "s:Get", Resource: "*", ...statement };
  const policy = compiled({ Version: "2012-10-17", Statement: whole }, "identity-based");
  return Array.from({ length: count }, () => policy);
}
const requestOf = (
  identity: ReturnType<typeof policiesOf>,
  context = new Map<string, string>(),
) => ({
  principal: BOB,
  action: "s:Get",
  resource: LONG,
  context: context.set("aws:useragent", "a".repeat(9000)).set("aws:userid", "a".repeat(9000)),
  policies: { identity },
});
const many = (text: string) =>
  Array.from({ length: Math.floor(6000 / (text.length + 3)) }, () => text);

describe("a decision", () => {
  test("of 110 policies with long patterns ends within its steps, and is right", () => {
    const policies = policiesOf({ Resource: `arn:aws:s:::*${"a".repeat(5900)}b*` });
    const match = policiesOf({ Resource: `arn:aws:s:::*${"a".repeat(5900)}*` }, 1);
    expect(authorize(requestOf(policies))).toEqual({
      outcome: "implicitDeny",
      missing: "identity-based",
      statements: [],
    });
    expect(authorize(requestOf([...policies, ...match])).outcome).toBe("allowed");
  });

  test.each<[string, object]>([
    ["question marks in the resource", { Resource: `arn:aws:s:::*${"a?".repeat(2900)}b*` }],
    ["many patterns", { Resource: many("arn:aws:s:::*aaab*") }],
    ["StringLike", { Condition: { StringLike: { "aws:UserAgent": many("*aaab*") } } }],
    [
      "values of variables",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so
      { Condition: { StringEquals: { "aws:UserAgent": many("${aws:userid}b") } } },
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so
    ["patterns with variables", { Resource: many("arn:aws:s:::*${aws:userid}b") }],
    ["ArnLike", { Condition: { ArnLike: { "aws:SourceArn": many("arn:aws:s:::*aaab*") } } }],
  ])("that takes too many steps is denied with its reason, and soon: %s", (_, statement) => {
    const context = new Map([["aws:sourcearn", LONG]]);
    const request = requestOf(policiesOf(statement), context);
    const started = cpuMilliseconds();
    expect(authorize(request)).toEqual({
      outcome: "implicitDeny",
      missing: "identity-based",
      statements: [],
      exceeded: "decisionSteps",
    });
    const explanation = explain(request);
    expect(explanation.decision).toMatchObject({ exceeded: "decisionSteps" });
    expect(explanation.exceeded).toBe("decisionSteps");
    expect(cpuMilliseconds() - started).toBeLessThan(1500);
  });

  test("of many values of one key is bounded, too", () => {
    const statement = {
      Condition: { "ForAnyValue:IpAddress": { "s:ip": many("10.0.0.0/8") } },
    };
    const values = Array.from({ length: 5000 }, (_, i) => `11.0.${i >> 8}.${i & 255}`);
    const request = {
      ...requestOf(policiesOf(statement)),
      context: new Map<string, string | readonly string[]>([["s:ip", values]]),
    };
    expect(authorize(request)).toMatchObject({ exceeded: "decisionSteps" });
  });

  test("with a deny that it does not reach within its steps is no allow", () => {
    const allow = policiesOf({ Resource: "*" }, 1);
    const slow = policiesOf({ Resource: many("arn:aws:s:::*aaab*") });
    const deny = policiesOf({ Effect: "Deny" }, 1);
    const outcome = authorize(requestOf([...allow, ...slow, ...deny])).outcome;
    expect(outcome).toBe("implicitDeny");
  });

  test("of twenty patterns in each policy is far from the limit", () => {
    const patterns = many("*curl/*").slice(0, 20);
    const policies = policiesOf({ Condition: { StringLike: { "aws:UserAgent": patterns } } });
    const context = new Map([["aws:useragent", "Mozilla/5.0 (X11; Linux x86_64)".repeat(5)]]);
    const request = { ...requestOf(policies), context };
    expect(explain(request)).not.toHaveProperty("exceeded");
    expect(authorize(request)).not.toHaveProperty("exceeded");
  });
});

/** Eight times what the control API accepts. */
const CHARACTERS = 8 * 131_072;

test.each<[string, (n: number) => string]>([
  ["white space", (n) => " ".repeat(n)],
  ["brackets", (n) => "[".repeat(n)],
  ["lists of lists", (n) => `[${"[[[]]],".repeat(n / 7 - 2)}1]`],
  ["backslashes", (n) => `{"Id":"${"\\\\".repeat((n - 20) / 2)}"}`],
  ["escaped quotes", (n) => `{"Id":"${'\\"'.repeat((n - 20) / 2)}"}`],
  ["digits", (n) => `{"Id":${"9".repeat(n - 10)}}`],
  ["one name again and again", (n) => `{"Id":1${',"Id":1'.repeat(n / 7 - 2)}}`],
  ["unknown elements", (n) => `{${Array.from({ length: n / 16 }, (_, i) => `"x${i}":1`)}}`],
  ["statements that are none", (n) => `{"Statement":[1${",1".repeat(n / 2 - 20)}]}`],
  ["an open string", (n) => `{"Id":"${"x".repeat(n - 10)}`],
])("a document is parsed in linear time, whatever it has: %s", (_, make) => {
  const text = make(CHARACTERS);
  expect(text.length).toBeLessThanOrEqual(CHARACTERS);
  expect(text.length).toBeGreaterThan(CHARACTERS / 2);
  const started = cpuMilliseconds();
  expect(parsePolicy(text, "identity").ok).toBe(false);
  expect(checkPolicy(make(CHARACTERS / 8), "identity").length).toBeGreaterThan(0);
  expect(cpuMilliseconds() - started).toBeLessThan(2000);
});

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
