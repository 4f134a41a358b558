import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccessCheck,
  checkNoNewAccess,
  checkNoPublicAccess,
} from "../../packages/analysis/src/index.ts";
import { authorize, type CompiledPolicy, type Principal } from "../../packages/policy/src/index.ts";
import { BOB, compiled, documentOf, RUNS, SEED } from "./exact.ts";

const A = "111122223333";
const B = "444455556666";
const PRINCIPALS: readonly Principal[] = [
  BOB,
  { type: "Root", account: A, arn: `arn:aws:iam::${A}:root`, userId: A },
  { type: "User", account: B, arn: `arn:aws:iam::${B}:user/eve`, userId: "AIDAEVE0000000000001" },
  ...["s1", "s2"].map((session) => ({
    type: "AssumedRole" as const,
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/app/${session}`,
    userId: `AROAAPP0000000000001:${session}`,
    roleArn: `arn:aws:iam::${A}:role/app`,
    roleId: "AROAAPP0000000000001",
  })),
  {
    type: "FederatedUser",
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/guest`,
    userId: `${A}:guest`,
    userArn: BOB.arn,
  },
  { type: "Federated", provider: "id.example.com" },
  { type: "Service", service: "orders.example.com" },
  { type: "Anonymous" },
];
const NAMES = [
  { AWS: "*" },
  { AWS: A },
  { AWS: B },
  { AWS: `arn:aws:iam::${A}:root` },
  { AWS: BOB.arn },
  { AWS: "AIDABOB0000000000001" },
  { AWS: `arn:aws:iam::${A}:role/app` },
  { AWS: "AROAAPP0000000000001" },
  { AWS: `arn:aws:sts::${A}:assumed-role/app/s1` },
  { AWS: `arn:aws:sts::${A}:federated-user/guest` },
  { Service: "orders.example.com" },
  { Federated: "id.example.com" },
];
const named = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => {
  const merged: Record<string, string[]> = {};
  for (const name of names)
    for (const [type, value] of Object.entries(name))
      merged[type] = [...(merged[type] ?? []), value];
  return merged;
});
const namedStatement = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Deny"),
    named,
    fc.constantFrom("Principal", "Principal", "NotPrincipal"),
  )
  .map(([Effect, principal, element]) => ({
    Effect,
    [element]: principal,
    Action: "s3:a",
    Resource: "*",
  }));

const ALL = compiled(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  }),
);
const NONE: readonly CompiledPolicy[] = [];
/**
 * Requests that resource-based policies decide: across accounts, and within one account without
 * other policies.
 */
const CIRCUMSTANCES = [
  { resourceAccount: "999988887777", policies: { identity: [ALL], session: [ALL] } },
  { policies: { identity: NONE, session: [ALL] } },
  { policies: { identity: NONE } },
  { policies: { identity: NONE, boundary: NONE } },
];

test("principals_are_told_apart: no caller in any circumstances refutes a PASS of resource-based policies", () => {
  const results = { PASS: 0, FAIL: 0, UNDECIDED: 0, INVALID: 0 };
  const asks = (
    policy: CompiledPolicy,
    principal: Principal,
    circumstances: (typeof CIRCUMSTANCES)[number],
  ) =>
    authorize({
      principal,
      action: "s3:a",
      resource: "*",
      context: new Map(),
      ...circumstances,
      policies: { ...circumstances.policies, resource: [policy] },
    }).outcome === "allowed";
  const property = fc.property(
    documentOf(namedStatement, 3),
    documentOf(namedStatement, 3),
    (before, after) => {
      const check = checkNoNewAccess([before], [after], { kind: "resource" });
      results[check.result]++;
      const [old, now] = [compiled(before, "resource"), compiled(after, "resource")];
      for (const principal of PRINCIPALS) {
        for (const circumstances of CIRCUMSTANCES) {
          // Within its account the root user is allowed by no policy.
          if (principal.type === "Root" && circumstances.resourceAccount === undefined) continue;
          const isNew = asks(now, principal, circumstances) && !asks(old, principal, circumstances);
          if (isNew)
            expect(check.result, JSON.stringify([principal, circumstances.resourceAccount])).toBe(
              "FAIL",
            );
        }
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(results.UNDECIDED).toBe(0);
  expect(Math.min(results.PASS, results.FAIL)).toBeGreaterThan(RUNS / 20);
});

test("public_access_is_found: who is nobody the policy knows is never allowed after a PASS", () => {
  const stranger: Principal = {
    type: "User",
    account: "123412341234",
    arn: "arn:aws:iam::123412341234:user/stranger",
    userId: "AIDASTRANGER123400001",
  };
  const property = fc.property(documentOf(namedStatement, 3), (text) => {
    const { result } = checkNoPublicAccess([text], { kind: "resource" }) satisfies AccessCheck;
    const policy = compiled(text, "resource");
    const isPublic = [stranger, { type: "Anonymous" } as const].some(
      (principal) =>
        authorize({
          principal,
          action: "s3:a",
          resource: "*",
          context: new Map(),
          resourceAccount: A,
          policies: { identity: [ALL], resource: [policy] },
        }).outcome === "allowed",
    );
    expect(result).toBe(isPublic ? "FAIL" : "PASS");
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
});
