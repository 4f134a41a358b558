import { cacheablePolicy } from "@portcullis/authorizer";
import { defineService } from "@portcullis/authorizer/service-definition";
import { policyHandler } from "@portcullis/functions";
import { type Reader, recordsOf } from "@portcullis/iam/store";
import { memoryKeyWrapper } from "@portcullis/store";
import { describe, expect, it } from "vitest";
import { simpleAnswer } from "../../packages/functions/src/http/simple-answer.ts";
import { ownAuthorizer, ownInstallation, ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";

import {
  ACCOUNT,
  cached,
  caller,
  compile,
  isLetThrough,
  options,
  router,
  routes,
  service,
} from "./cached-answers.ts";

describe("an answer that may be cached", () => {
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
      statements: [
        { effect: "Allow" },
        { effect: "Deny", methods: ["GET/carts/", "GET/carts/*/*"] },
      ],
    });
    // However they are spelled on the wire, which is what a gateway compares a cached answer with.
    for (const path of ["GET /carts/1/items", "GET /carts/1/%69tems", "GET /carts/1/it%65ms"])
      expect({ path, allowed: cached(of, path) }).toEqual({ path, allowed: false });
    expect(cached(of, "GET /carts/1")).toBe(true);
  });

  /** Whether a gateway lets a request pass by the cached answer of an API with these routes. */
  function passes(keys: readonly string[], allowedAction: string, path: string): boolean {
    const own = defineService({
      service: "shop",
      routes: Object.fromEntries(
        keys.map((key, at) => [key, { action: `shop:Action${at}`, resource: "*" }]),
      ),
    });
    const of = caller({
      identity: [compile([{ Effect: "Allow", Action: allowedAction, Resource: "*" }])],
    });
    const answer = cacheablePolicy(of, { ...options, service: own, routes: keys });
    return isLetThrough(answer, path) ?? false;
  }

  it.each(["GET /{proxy+}", "ANY /{proxy+}", "GET /{id}"])(
    "of %s does not let pass the root, which is another route",
    (key) => {
      const keys = [key, "GET /"];
      expect(passes(keys, "shop:Action0", "GET /")).toBe(false);
      expect(passes(keys, "shop:Action0", "GET /a")).toBe(true);
      expect(passes(keys, "shop:Action1", "GET /")).toBe(true);
      expect(passes(keys, "shop:Action1", "GET /a")).toBe(false);
    },
  );

  it.each(["GET /carts/{id}", "ANY /carts/{id}", "GET /carts/{path+}"])(
    "of %s does not let pass `/carts/`, which gateways take for `/carts`",
    (key) => {
      const keys = [key, "GET /carts"];
      expect(passes(keys, "shop:Action0", "GET /carts/")).toBe(false);
      expect(passes(keys, "shop:Action0", "GET /carts")).toBe(false);
      expect(passes(keys, "shop:Action0", "GET /carts/1")).toBe(true);
      expect(passes(keys, "shop:Action1", "GET /carts")).toBe(true);
      expect(passes(keys, "shop:Action1", "GET /carts/1")).toBe(false);
    },
  );

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
