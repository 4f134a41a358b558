import type { AuthorizerOptions } from "@portcullis/authorizer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TestCredentials } from "../support/harness.ts";
import { allow } from "../support/people.ts";
import {
  ACCOUNT,
  type RecordWorld,
  recordWorld,
  unsignedRequest,
} from "../support/record-world.ts";
import {
  BEARER,
  type OwnIssuer,
  ownIssuer,
  register,
  type TestProvider,
  testProvider,
} from "../support/token-issuers.ts";
import { invokeArn, own } from "./ana.ts";

let provider: TestProvider;
beforeAll(async () => {
  provider = await testProvider();
});
afterAll(() => provider.stop());

let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});

describe("answers that a gateway caches", () => {
  const cachedRoutes = ["GET /whoami", "GET /orders"];
  let issuer: OwnIssuer;
  let session: TestCredentials;
  const clerk = (...statements: readonly object[]) => {
    session = world.roleSession(world.role("clerk", own(...statements)));
  };
  beforeEach(async () => {
    issuer = await ownIssuer(world);
  });
  const ask = async (options: Partial<AuthorizerOptions> = {}, target = "/whoami") =>
    world
      .authorizer({ cachedRoutes, bearer: BEARER, ...options })
      .send({ authorization: `Bearer ${await issuer.token(session)}` }, target);

  it("have all routes that the caller may use, by the API's own ARN", async () => {
    clerk(allow("execute-api:Invoke", invokeArn("GET/whoami")));
    const allowed = await ask();
    const cacheable = [{ effect: "Allow", methods: ["GET/whoami"] }];
    expect(allowed).toMatchObject({ kind: "allowed", caller: { account: ACCOUNT } });
    expect(allowed).toHaveProperty("cacheable", cacheable);
    const denied = await ask({}, "/orders");
    expect(denied.kind).toBe("forbidden");
    expect(denied).toHaveProperty("cacheable", cacheable);
    clerk();
    expect(await ask()).toHaveProperty("cacheable", [{ effect: "Deny", methods: ["*"] }]);
  });

  it("are none where the caller's policies tell requests of a route apart", async () => {
    clerk({ ...allow("*"), Condition: { IpAddress: { "aws:SourceIp": "192.0.2.1" } } });
    const answer = await ask();
    expect(answer).toMatchObject({ kind: "forbidden", message: "Forbidden" });
    expect(answer).not.toHaveProperty("cacheable");
    expect(answer.line).toMatchObject({
      outcome: "implicitDeny",
      reason:
        "no answer that can be cached: the caller's policies allow `GET /whoami` for some requests only",
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/one`,
    });
    expect(answer.line).not.toHaveProperty("action");
  });

  it("are none for a signature, which the next request would not need", async () => {
    const key = world.key(world.user("ana", own(allow("*"))));
    const answer = await world.authorizer({ cachedRoutes, bearer: BEARER }).ask(key);
    expect(answer.kind).toBe("unauthenticated");
    expect(answer.line).toMatchObject({
      outcome: "unauthenticated",
      reason: "answers to signed requests cannot be cached",
    });
    expect(answer.line).not.toHaveProperty("accessKeyId");
  });

  it.each([
    ["a condition on the request", "aws:UserAgent", "aws:UserAgent"],
    ["a condition on its address", "AWS:SourceIp", "AWS:SourceIp"],
    ["a condition on the token", undefined, undefined],
    ["a condition on the token's tags", "aws:RequestTag/team", undefined],
    ["a condition on its tags' names", "aws:TagKeys", undefined],
    ["a condition on its provider", "aws:FederatedProvider", undefined],
    ["a key that only begins as one of the token", "aws:TagKeysOther", "aws:TagKeysOther"],
    ["another such key", "aws:FederatedProviderOther", "aws:FederatedProviderOther"],
    ["a key that ends as one of the token", "aws:x/aws:TagKeys", "aws:x/aws:TagKeys"],
    ["a key of its provider that has AWS's prefix inside", "idp.example/aws:sub", undefined],
  ])("of a provider's token, whose role trusts it by %s", async (_, key, requestKey) => {
    register(world, provider);
    const aud = `${provider.url}:aud`;
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider.arn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [aud]: "orders-app" } },
        },
        ...(key === undefined
          ? []
          : [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: { StringEquals: { [key]: "nothing" } },
              },
            ]),
      ],
    });
    world.role("web", { ...own(allow("*")), trust: { document, principalIds: [] } });
    const authorizer = world.authorizer({ cachedRoutes, bearer: BEARER });
    const headers = {
      authorization: `Bearer ${await provider.token()}`,
      "x-portcullis-role-arn": `arn:aws:iam::${ACCOUNT}:role/web`,
    };
    const answer = await authorizer.send(headers);
    // The same request, where each is decided for itself.
    expect((await world.authorizer({ bearer: BEARER }).send(headers)).kind).toBe("allowed");
    if (requestKey === undefined) {
      expect(answer).toMatchObject({ kind: "allowed", cacheable: [{ effect: "Allow" }] });
      return;
    }
    expect(answer).toMatchObject({ kind: "forbidden", message: "Forbidden" });
    expect(answer.line?.reason).toBe(
      `no answer that can be cached: the role is trusted by \`${requestKey}\` of each request`,
    );
  });

  it("express what a single answer of the gateway could not", async () => {
    clerk(allow("*"));
    const authorizer = world.authorizer({ cachedRoutes, bearer: BEARER });
    const token = await issuer.token(session);
    const request = unsignedRequest({ authorization: `Bearer ${token}` });
    expect(await authorizer.decide({ ...request, unanswerable: "too long" })).toMatchObject({
      kind: "allowed",
      cacheable: [{ effect: "Allow", methods: ["GET/whoami", "GET/orders"] }],
    });
  });

  it("are refused for APIs whose answers depend on the request", () => {
    expect(() => world.authorizer({ cachedRoutes, apiPolicyOwner: ACCOUNT })).toThrow(
      new TypeError("answers cannot be cached for an API that has a resource policy"),
    );
    expect(() => world.authorizer({ cachedRoutes, observe: {} })).toThrow(
      new TypeError("answers cannot be cached for an API that is observed"),
    );
    world.authorizer({ apiPolicyOwner: ACCOUNT });
    world.authorizer({ observe: {} });
  });
});
