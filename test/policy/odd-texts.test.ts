import { expect, test } from "vitest";
import {
  type CompiledPolicy,
  compilePolicy,
  explain,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import type { Statement } from "../reference/request.ts";
import { engineDecision } from "./both.ts";

/** Texts that nobody means to write, and that somebody sends. */
const BOB = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDACKCEVSQ6C2BOB",
} as const;
const ALL = { Effect: "Allow", Action: "*", Resource: "*" } as const;

const decided = (resource: string, ...statements: Statement[]) =>
  engineDecision({
    principal: BOB,
    action: "a:B",
    resource,
    context: {},
    identity: [{ Version: "2012-10-17", Statement: statements }],
  });

test("a pattern that goes up to the last of all characters is found like others", () => {
  const denied = (pattern: string, resource: string) =>
    decided(resource, ALL, { Effect: "Deny", Action: "*", Resource: pattern });
  for (const end of ["\uffff", "x\uffff\uffff"]) {
    expect(denied(`arn:aws:a:::${end}*`, `arn:aws:a:::${end}y`)).toBe(
      "explicitDeny: identity-based",
    );
    expect(denied(`arn:aws:a:::${end}`, `arn:aws:a:::${end}`)).toBe("explicitDeny: identity-based");
    expect(denied(`arn:aws:a:*::${end}?`, `arn:aws:a:::${end}\uffff`)).toBe(
      "explicitDeny: identity-based",
    );
    expect(denied(`arn:aws:a:::${end}*`, "arn:aws:a:::y")).toBe("allowed");
  }
});

test("`?` at the end of a pattern of fewer than six parts stands for no separator", () => {
  const allowed = (pattern: string, resource: string) =>
    decided(resource, { ...ALL, Resource: pattern }) === "allowed";
  expect(allowed("arn:aws:a:b:?", "arn:aws:a:b::")).toBe(false);
  // Where a match takes rights away, it may stand for any character.
  expect(
    decided("arn:aws:a:b::", ALL, { Effect: "Deny", Action: "*", Resource: "arn:aws:a:b:?" }),
  ).toBe("explicitDeny: identity-based");
});

function compiledOf(text: string): CompiledPolicy {
  const parsed = parsePolicy(text, "identity");
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return compilePolicy(parsed.policy, { policyId: "odd", type: "identity-based" });
}

/** What a policy says of a resource; explaining it must not fail either. */
function answered(policy: CompiledPolicy, resource: string): string {
  const request = { principal: BOB, action: "a:B", resource, context: new Map([["a:k", "QUJD"]]) };
  return explain({ ...request, policies: { identity: [policy] } }).decision.outcome;
}

const document = (...statements: Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

test("beginnings of one another, as deep as a document can have them", () => {
  const Resource = Array.from({ length: 5500 }, (_, index) => `arn:aws:a:::${"r".repeat(index)}`);
  const policy = compiledOf(document(ALL, { Effect: "Deny", Action: "*", Resource }));
  expect(answered(policy, `arn:aws:a:::${"r".repeat(5499)}`)).toBe("explicitDeny");
  expect(answered(policy, `arn:aws:a:::${"r".repeat(5500)}`)).toBe("allowed");
});

test("texts as long as a document can have them", () => {
  const long = "A".repeat(12_000_000);
  const head = compiledOf(document({ ...ALL, Resource: `arn:aws:a:${long}*::r` }));
  expect(answered(head, `arn:aws:a:${long}x::r`)).toBe("allowed");
  expect(answered(head, "arn:aws:a:::r")).toBe("implicitDeny");
  const bytes = (wanted: string) =>
    document({ ...ALL, Condition: { BinaryEquals: { "a:k": wanted } } });
  expect(answered(compiledOf(bytes(long)), "*")).toBe("implicitDeny");
  expect(parsePolicy(bytes(`${long}A`), "identity").ok).toBe(false);
});
