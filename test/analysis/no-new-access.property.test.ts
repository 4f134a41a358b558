import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccessCheck,
  checkNoNewAccess,
  type ExampleRequest,
} from "../../packages/analysis/src/index.ts";
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { document, simpleRequest } from "../policy/arbitraries.ts";
import { written } from "../policy/both.ts";
import { decide } from "../reference/evaluate.ts";
import type { Document, Request } from "../reference/request.ts";

const SEED = Number(process.env.ANALYSIS_SEED ?? 20261129);

function compiled(text: string): CompiledPolicy {
  const parsed = parsePolicy(text, "identity");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compilePolicy(parsed.policy, { policyId: "p", type: "identity-based" });
}

function allows(policies: readonly CompiledPolicy[], request: ExampleRequest): boolean {
  const context = new Map(Object.entries(request.context));
  const { principal, action, resource } = request;
  const asked = { principal, action, resource, context, policies: { identity: policies } };
  return authorize(asked).outcome === "allowed";
}

/** Changes a policy a little, as people do: drops, doubles, turns round. */
const change = fc.constantFrom("drop", "add", "flip", "unconditional", "nothing", "other");

const pair = fc
  .tuple(
    fc.array(document, { minLength: 1, maxLength: 2 }),
    document,
    change,
    fc.nat(),
    fc.boolean(),
  )
  .map(([before, other, how, at, swap]) => {
    const [first, ...rest] = before as [Document, ...Document[]];
    const statements = [...first.Statement];
    const place = at % statements.length;
    const one = statements[place]!;
    if (how === "drop" && statements.length > 1) statements.splice(place, 1);
    if (how === "add") statements.push(other.Statement[0]!);
    if (how === "flip")
      statements[place] = { ...one, Effect: one.Effect === "Allow" ? "Deny" : "Allow" };
    if (how === "unconditional") {
      const { Condition, ...bare } = one;
      statements[place] = bare;
    }
    const after = how === "other" ? [other] : [{ ...first, Statement: statements }, ...rest];
    return swap ? { before: after, after: before } : { before, after };
  });

const requests = fc.array(simpleRequest, { minLength: 12, maxLength: 12 });

/** The oracle's answer, which shares no code with the engine. */
function oracleAllows(identity: readonly Document[], request: Request): boolean {
  return decide({ ...request, identity }) === "allowed";
}

test("no_request_refutes_a_pass and every_counterexample_is_confirmed", () => {
  const results: Record<AccessCheck["result"], number> = {
    PASS: 0,
    FAIL: 0,
    UNDECIDED: 0,
    INVALID: 0,
  };
  fc.assert(
    fc.property(pair, requests, ({ before, after }, asked) => {
      const texts = [before.map(written), after.map(written)] as const;
      const check = checkNoNewAccess(texts[0], texts[1], { kind: "identity" });
      results[check.result]++;
      const old = texts[0].map(compiled);
      const now = texts[1].map(compiled);
      if (check.result === "FAIL") {
        expect(allows(now, check.counterexample)).toBe(true);
        expect(allows(old, check.counterexample)).toBe(false);
      }
      if (check.result === "PASS") {
        for (const request of asked) {
          const isNew = oracleAllows(after, request) && !oracleAllows(before, request);
          expect(isNew, JSON.stringify(request)).toBe(false);
        }
      }
    }),
    { seed: SEED, numRuns: Number(process.env.ANALYSIS_RUNS ?? 1500) },
  );
  expect(results.INVALID).toBe(0);
  // The world is small and full of variables and conditions; most of it must be decided all the
  // same.
  expect(results.UNDECIDED / (results.PASS + results.FAIL)).toBeLessThan(0.1);
  expect(Math.min(results.PASS, results.FAIL)).toBeGreaterThan(100);
  if (process.env.ANALYSIS_RUNS) console.log(results);
});
