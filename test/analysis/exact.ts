import fc from "fast-check";
import type { ExampleRequest } from "../../packages/analysis/src/index.ts";
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  type Principal,
  parsePolicy,
} from "../../packages/policy/src/index.ts";

export const SEED = Number(process.env.ANALYSIS_SEED ?? 20261129);
export const RUNS = Number(process.env.ANALYSIS_RUNS ?? 1000);

export function compiled(text: string, kind: PolicyKind = "identity"): CompiledPolicy {
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const type: PolicyType =
    kind === "trust" ? "role trust" : kind === "resource" ? "resource-based" : "identity-based";
  return compilePolicy(parsed.policy, { policyId: "p", type });
}

export const BOB = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDABOB0000000000001",
} satisfies Principal;

export function allows(
  policies: readonly CompiledPolicy[],
  { action, resource, context }: Pick<ExampleRequest, "action" | "resource" | "context">,
): boolean {
  const request = {
    principal: BOB,
    action,
    resource,
    context: new Map(Object.entries(context)),
    policies: { identity: policies },
  };
  return authorize(request).outcome === "allowed";
}

const glob = (alphabet: readonly string[], maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength });
const actionPattern = fc.oneof(
  { weight: 8, arbitrary: glob(["a", "b", "*", "?"], 4).map((name) => `s3:${name}`) },
  { weight: 1, arbitrary: fc.constantFrom("*", "sq:*") },
);
const resourcePattern = fc.oneof(
  {
    weight: 8,
    arbitrary: glob(["a", "b", "*", "?", ":", "/"], 5).map((name) => `arn:aws:s3:::${name}`),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "*",
      "arn:aws:s3:*",
      "arn:aws:s3:?::a*",
      "arn:aws:s3:*:*:*",
      "arn:aws:s3:*:b",
      "arn:*:s3:a:*:*b",
      "arn:aws:s3:*::a",
    ),
  },
);
export const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });

export const plainStatement = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Deny"),
    fc.oneof(
      { weight: 4, arbitrary: some(actionPattern).map((Action) => ({ Action })) },
      { weight: 1, arbitrary: some(actionPattern).map((NotAction) => ({ NotAction })) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: some(resourcePattern).map((Resource) => ({ Resource })) },
      { weight: 1, arbitrary: some(resourcePattern).map((NotResource) => ({ NotResource })) },
    ),
  )
  .map(([Effect, action, resource]) => ({ Effect, ...action, ...resource }));
export const documentOf = (statement: fc.Arbitrary<object>, maxLength = 4) =>
  fc
    .array(statement, { minLength: 1, maxLength })
    .map((Statement) => JSON.stringify({ Version: "2012-10-17", Statement }));
