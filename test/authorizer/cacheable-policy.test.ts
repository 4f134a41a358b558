import { cacheablePolicy, resolveRequest } from "@portcullis/authorizer";
import { createRouter } from "@portcullis/authorizer/route";
import { defineService } from "@portcullis/authorizer/service-definition";
import { policyHandler } from "@portcullis/functions";
import type { Caller } from "@portcullis/iam/caller";
import { type Reader, recordsOf } from "@portcullis/iam/store";
import {
  type ApplicablePolicies,
  authorize,
  compilePolicy,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { memoryKeyWrapper } from "@portcullis/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simpleAnswer } from "../../packages/functions/src/http/simple-answer.ts";
import { policyVerdict } from "../../packages/local/src/gateway/verdict.ts";
import { ownAuthorizer, ownInstallation, ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";

const ACCOUNT = "123456789012";
const service = defineService({
  service: "shop",
  routes: {
    "GET /carts": { action: "shop:ListCarts", resource: "*" },
    "GET /carts/{id}": { action: "shop:GetCart", resource: "cart/{id}" },
    "GET /carts/{id}/items": { action: "shop:ListItems", resource: "cart/{id}" },
    "DELETE /carts/{id}": { action: "shop:DeleteCart", resource: "cart/{id}" },
    "GET /of/{account}/carts/{id}": {
      action: "shop:GetCart",
      resource: "cart/{id}",
      accountFrom: "account",
    },
  },
});
const routes = [...Object.keys(service.routes), "GET /me", "ANY /files/{path+}"];
const options = { routes, service, region: "eu-west-1", apiId: "shop", stage: "prod" };
const PATHS = [
  "GET /carts",
  "GET /carts/1",
  "GET /carts/items",
  "GET /carts/1/items",
  "GET /carts/mine-1/items",
  "DELETE /carts/1",
  `GET /of/${ACCOUNT}/carts/1`,
  "GET /of/999999999999/carts/1",
  "GET /me",
  "GET /files/a",
  "POST /files/a/b",
  "PUT /files/carts/1",
];

const caller = (
  policies: ApplicablePolicies,
  principal: Partial<Caller["principal"]> = {},
): Caller => ({
  principal: {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/u`,
    userId: "AIDA",
    ...principal,
  } as Caller["principal"],
  account: ACCOUNT,
  accessKeyId: "",
  policies,
  tags: [],
});
const compile = (statements: readonly object[], type: PolicyType = "identity-based") => {
  const parsed = parsePolicy(
    JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    "identity",
  );
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return compilePolicy(parsed.policy, { policyId: "p", type });
};

const router = createRouter(routes);
/** What the authorizer itself would decide of one request. */
function decided(of: Caller, path: string): boolean {
  const [method = "", target = ""] = path.split(" ");
  const match = router(method, target);
  if (match === undefined) throw new Error(path);
  const requested = resolveRequest(
    service,
    { ...options, ...match, method, path: target, query: () => [], header: () => [] },
    ACCOUNT,
  );
  if ("unresolved" in requested) return false;
  return requested.resources.every(
    (resource) =>
      authorize({
        principal: of.principal,
        action: requested.action,
        resource,
        ...(requested.account === undefined ? {} : { resourceAccount: requested.account }),
        context: new Map(),
        policies: of.policies,
      }).outcome === "allowed",
  );
}

/** What API Gateway makes of the cached answer for that request. */
function cached(of: Caller, path: string): boolean | undefined {
  const answer = cacheablePolicy(of, options);
  if (!answer.ok) return undefined;
  const prefix = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/";
  const Statement = answer.statements.map(({ effect, methods }) => ({
    Effect: effect,
    Action: "execute-api:Invoke",
    Resource: methods.map((method) => `${prefix}${method}`),
  }));
  const called = {
    kind: "answered" as const,
    answer: { principalId: "p", policyDocument: { Version: "2012-10-17", Statement } },
  };
  return policyVerdict(called, prefix + path.replace(" /", "/"), false).kind === "allowed";
}

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
            expect({ path, allowed: answer }).toEqual({ path, allowed: decided(of, path) });
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(expressed).toBeGreaterThan(500);
  });

  it("is for every method and path of the caller", () => {
    const of = caller({
      identity: [
        compile([{ Effect: "Allow", Action: ["shop:Get*", "shop:List*"], Resource: "*" }]),
      ],
    });
    expect(cacheablePolicy(of, options)).toEqual({
      ok: true,
      statements: [
        {
          effect: "Allow",
          methods: ["GET/carts", "GET/carts/*", "GET/carts/*/items", `GET/of/${ACCOUNT}/carts/*`],
        },
      ],
    });
    expect(cacheablePolicy(caller({ identity: [] }), options)).toEqual({
      ok: true,
      statements: [{ effect: "Deny", methods: ["*"] }],
    });
  });

  it("denies the routes that an allowed one's wildcard would reach", () => {
    const of = caller({
      identity: [compile([{ Effect: "Allow", Action: "shop:GetCart", Resource: "*" }])],
    });
    expect(cacheablePolicy(of, options)).toMatchObject({
      statements: [{ effect: "Allow" }, { effect: "Deny", methods: ["GET/carts/*/*"] }],
    });
    // However they are spelled on the wire, which is what a gateway compares a cached answer with.
    for (const path of ["GET /carts/1/items", "GET /carts/1/%69tems", "GET /carts/1/it%65ms"])
      expect({ path, allowed: cached(of, path) }).toEqual({ path, allowed: false });
    expect(cached(of, "GET /carts/1")).toBe(true);
  });

  it("is refused where a wildcard reaches a route that only its text tells from an allowed one", () => {
    const twin = defineService({
      service: "shop",
      routes: {
        "GET /carts/{id}": { action: "shop:GetCart", resource: "cart/{id}" },
        "GET /carts/export": { action: "shop:Export", resource: "*" },
      },
    });
    const of = caller({
      identity: [compile([{ Effect: "Allow", Action: "shop:GetCart", Resource: "*" }])],
    });
    expect(
      cacheablePolicy(of, { ...options, service: twin, routes: Object.keys(twin.routes) }),
    ).toEqual({
      ok: false,
      reason: "an answer cannot tell `GET /carts/{id}` from `GET /carts/export`",
    });
  });

  it.each([
    [
      "a resource of its own",
      {
        Effect: "Allow",
        Action: "shop:GetCart",
        Resource: `arn:aws:shop:eu-west-1:${ACCOUNT}:cart/1`,
      },
    ],
    [
      "a condition",
      {
        Effect: "Allow",
        Action: "shop:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      },
    ],
    [
      "a variable",
      {
        Effect: "Allow",
        Action: "shop:GetCart",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        Resource: "arn:aws:shop:*:*:cart/${aws:username}",
      },
    ],
  ])("is refused where a policy tells requests of a route apart by %s", (_, one) => {
    expect(cacheablePolicy(caller({ identity: [compile([one])] }), options)).toEqual({
      ok: false,
      reason: expect.stringMatching(
        /^the caller's policies allow `GET .*` for some requests only$/,
      ),
    });
  });

  it("is never given for an API with a resource policy, which may say otherwise of the next request", () => {
    const get: Reader["get"] = async (keys) => recordsOf(keys, []);
    const reader = { get, snapshot: get };
    const own = { wrapper: memoryKeyWrapper() };
    const apiPolicyOwner = "100000000000";
    expect(() => ownAuthorizer(own, { reader, cachedRoutes: routes, apiPolicyOwner })).toThrow(
      TypeError,
    );
  });

  it("is for the caller's own account where any method of a route names one", () => {
    const route = { action: "shop:GetCart", resource: "cart/{id}", accountFrom: "account" };
    const any = defineService({
      service: "shop",
      routes: { "ANY /of/{account}/carts/{id}": route },
    });
    const own = { ...options, service: any, routes: ["GET /of/{account}/carts/{id}"] };
    const of = caller({
      identity: [compile([{ Effect: "Allow", Action: "shop:*", Resource: "*" }])],
    });
    expect(cacheablePolicy(of, own)).toEqual({
      ok: true,
      statements: [{ effect: "Allow", methods: [`GET/of/${ACCOUNT}/carts/*`] }],
    });
  });

  it("is never a simple one, which would let every route pass", () => {
    const of = { caller: caller({ identity: [] }), decisionId: "1", cacheable: [] };
    expect(() => simpleAnswer({ kind: "allowed", payloadHash: "UNSIGNED-PAYLOAD", ...of })).toThrow(
      /cached/,
    );
  });

  it.each([
    ["its body signed", undefined],
    ["its body left unsigned", "UNSIGNED-PAYLOAD"],
  ])(
    "is given to tokens alone, not to a request with %s: it would let pass what no signature is for",
    async (_, contentSha256) => {
      const installation = await ownInstallation();
      try {
        const authorizer = ownAuthorizer(installation, {
          reader: installation.reader(),
          service,
          cachedRoutes: routes,
          allowUnsignedPayload: true,
        });
        const options = {
          authorizer,
          region: "us-east-1",
          apiId: "shop",
          pathIsDecoded: false,
          router,
        };
        const { headers } = signHeader("api.test", ROOT, {
          path: "/carts",
          ...(contentSha256 === undefined ? {} : { contentSha256 }),
        });
        const event = {
          type: "REQUEST",
          methodArn: "arn:aws:execute-api:us-east-1:1:a/prod/GET/carts",
          httpMethod: "GET",
          path: "/carts",
          resource: "/carts",
          headers,
          requestContext: { stage: "prod", path: "/carts", identity: {} },
        };
        await expect(policyHandler(() => options)(event as never)).rejects.toThrow("Unauthorized");
        expect(authorizer.lines[0]?.reason).toBe("answers to signed requests cannot be cached");
      } finally {
        await installation.stop();
      }
    },
  );
});
