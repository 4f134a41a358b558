import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ACCOUNT, cached, caller, compile, decided, PATHS } from "./cached-answers.ts";

const ACTIONS = [
  "*",
  "shop:*",
  "shop:Get*",
  "shop:GetCart",
  "shop:ListItems",
  "shop:ListCarts",
  "shop:DeleteCart",
  "execute-api:Invoke",
  "execute-api:*",
];
const RESOURCES = [
  "*",
  `arn:aws:shop:eu-west-1:${ACCOUNT}:cart/*`,
  `arn:aws:shop:*:*:cart/*`,
  `arn:aws:shop:eu-west-1:${ACCOUNT}:cart/mine-*`,
  `arn:aws:shop:eu-west-1:${ACCOUNT}:cart/1`,
  `arn:aws:shop:eu-west-1:${ACCOUNT}:*`,
  "arn:aws:shop:eu-west-1:999999999999:cart/*",
  `arn:aws:execute-api:eu-west-1:${ACCOUNT}:shop/prod/GET/me`,
  `arn:aws:execute-api:*:*:shop/prod/*`,
  `arn:aws:execute-api:eu-west-1:${ACCOUNT}:shop/prod/POST/*`,
  "arn:aws:execute-api:eu-west-1:*:*/GET/files/*",
];
const statement = fc
  .record({
    Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    not: fc.constantFrom(0, 0, 0, 1, 2),
    action: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 2 }),
    resource: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 2 }),
    condition: fc.constantFrom(0, 0, 0, 0, 1),
  })
  .map(({ Effect, not, action, resource, condition }) => ({
    Effect,
    ...(not === 1 ? { NotAction: action } : { Action: action }),
    ...(not === 2 ? { NotResource: resource } : { Resource: resource }),
    ...(condition === 1 ? { Condition: { Bool: { "aws:SecureTransport": "true" } } } : {}),
  }));
const policies = fc.array(statement, { minLength: 1, maxLength: 4 });

describe("an answer that may be cached", () => {
  it("cacheable_answer_agrees_with_every_decision", () => {
    let expressed = 0;
    fc.assert(
      fc.property(
        policies,
        fc.option(policies),
        fc.constantFrom("User", "Root"),
        (identity, boundary, type) => {
          const of = caller(
            {
              identity: [compile(identity)],
              ...(boundary ? { boundary: [compile(boundary, "permissions boundary")] } : {}),
            },
            type === "Root" ? { type: "Root", userId: ACCOUNT } : {},
          );
          for (const path of PATHS) {
            const answer = cached(of, path);
            if (answer === undefined) continue;
            expressed++;
            const allowed = decided(of, path);
            expect({ path, allowed: answer }).toEqual({ path, allowed });
            // Gateways take it for the route without the slash.
            if (!allowed)
              expect({ path, slash: cached(of, `${path}/`) }).toEqual({ path, slash: false });
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(expressed).toBeGreaterThan(500);
  });
});
