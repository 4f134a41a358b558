import { type AuthorizerOptions, callerContext } from "@portcullis/authorizer";
import { defineService } from "@portcullis/authorizer/service-definition";
import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import type { Reader } from "@portcullis/iam/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeAuthorizationMessage } from "../../packages/iam/src/sealing/decode-authorization-message.ts";
import type { TestCredentials } from "../support/harness.ts";
import { allow, deny, document } from "../support/people.ts";
import {
  ACCOUNT,
  type Asked,
  NOW,
  type RecordWorld,
  recordWorld,
  signedRequest,
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

/** What an authorizer answers and logs once it knows the caller, and what it does of a fault. */
const ARN = `arn:aws:iam::${ACCOUNT}:user/ana`;
const invokeArn = (path: string) => `arn:aws:execute-api:us-east-1:${ACCOUNT}:own/$default/${path}`;
const own = (...statements: readonly object[]) => ({
  inline: statements.length === 0 ? [] : [{ name: "own", document: document(...statements) }],
});

let provider: TestProvider;
beforeAll(async () => {
  provider = await testProvider();
});
afterAll(() => provider.stop());

let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});
/** Ana's key, and the authorizer that she asks. */
function ana(options: Partial<AuthorizerOptions>, ...statements: readonly object[]) {
  const key = world.key(world.user("ana", own(...statements)));
  const authorizer = world.authorizer(options);
  return { key, ...authorizer, ask: (path = "/whoami") => authorizer.ask(key, { path }) };
}

describe("an answer", () => {
  it("of an allow has the caller for the function behind, and nothing to cache", async () => {
    const principal = world.user("ana", {
      ...own(allow("*")),
      tags: [{ key: "Team", value: "red" }],
    });
    const answer = await world.authorizer().ask(world.key(principal), { body: "x" });
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(Object.keys(answer).sort()).toEqual([
      "caller",
      "decisionId",
      "kind",
      "line",
      "payloadHash",
    ]);
    expect(callerContext(answer)).toStrictEqual({
      principalArn: ARN,
      principalType: "User",
      accountId: ACCOUNT,
      userId: "AIDAANA",
      userName: "ana",
      mfaAuthenticated: "false",
      decisionId: answer.decisionId,
      contentSha256: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "tag:Team": "red",
    });
    const session = world.roleSession(world.role("clerk", own(allow("*"))), {
      mfaAt: NOW.getTime() / 1000,
    });
    const ofRole = await world.authorizer().ask(session);
    if (ofRole.kind !== "allowed") throw new Error(ofRole.kind);
    expect(callerContext(ofRole)).toStrictEqual({
      principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/one`,
      principalType: "AssumedRole",
      accountId: ACCOUNT,
      userId: "AROACLERK:one",
      roleName: "clerk",
      sessionName: "one",
      mfaAuthenticated: "true",
      decisionId: ofRole.decisionId,
      contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("of a denial has AWS's sentence, and a message that only the key ring opens", async () => {
    const { ask } = ana({}, deny("execute-api:Invoke", invokeArn("GET/whoami")));
    const answer = await ask();
    expect(answer).toMatchObject({
      kind: "forbidden",
      message: `User: ${ARN} is not authorized to perform: execute-api:Invoke on resource: ${invokeArn("GET/whoami")} with an explicit deny in an identity-based policy`,
      caller: { userName: "ana" },
    });
    expect(answer).not.toHaveProperty("cacheable");
    if (answer.kind !== "forbidden") throw new Error(answer.kind);
    const decoded = decodeAuthorizationMessage(
      world.sealer,
      ACCOUNT,
      await answer.encodedMessage(),
    );
    expect(JSON.parse(decoded)).toMatchObject({
      decisionId: answer.decisionId,
      allowed: false,
      explicitDeny: true,
      matchedStatements: { items: [{ effect: "DENY", sourcePolicyId: "own" }] },
      context: {
        principal: { id: "AIDAANA", name: "ana", arn: ARN },
        action: "execute-api:Invoke",
        resource: invokeArn("GET/whoami"),
        conditions: {
          items: expect.arrayContaining([
            { key: "aws:sourceip", values: { items: [{ value: "192.0.2.1" }] } },
            { key: "aws:requestedregion", values: { items: [{ value: "us-east-1" }] } },
          ]),
        },
      },
    });
    expect(answer.line).toMatchObject({
      outcome: "explicitDeny",
      reason: "explicit deny in an identity-based policy",
      statements: ["own#0"],
      principal: ARN,
      resourcePattern: invokeArn("GET/*"),
      detail: { decision: { outcome: "explicitDeny", deniedBy: "identity-based" } },
    });
  });

  it.each([
    ["/orders/1/", ["/orders/1/", "/orders/1"], "allowed"],
    ["/orders/1/", ["/orders/1/"], "forbidden"],
    ["/orders/1/", ["/orders/1"], "forbidden"],
    ["/orders/1/", ["/elsewhere"], "forbidden"],
    ["/orders/1", ["/orders/1"], "allowed"],
  ] as const)("needs an allow of each form of %s: %j makes it %s", async (path, paths, kind) => {
    const { ask } = ana(
      {},
      allow(
        "*",
        paths.map((one) => invokeArn(`GET${one}`)),
      ),
    );
    const answer = await ask(path);
    expect(answer.kind).toBe(kind);
    if (kind === "allowed") {
      expect(answer.line?.resource).toBe(invokeArn(`GET${path}`));
      return;
    }
    const missing = path === "/orders/1/" && !paths.includes("/orders/1/" as never);
    expect(answer.line?.resource).toBe(invokeArn(missing ? "GET/orders/1/" : "GET/orders/1"));
    expect(answer.line?.outcome).toBe("implicitDeny");
  });

  it("is a denial of what has no one meaning in policies, for the root user too", async () => {
    const root = world.key({ type: "Root", account: ACCOUNT });
    for (const path of ["/a/../b", "/a//b", "/a%2fb"]) {
      const answer = await world.authorizer().ask(root, { path });
      expect(answer).toMatchObject({ kind: "forbidden", message: "Forbidden" });
      if (answer.kind !== "forbidden") throw new Error(answer.kind);
      expect(await answer.encodedMessage()).toBe("");
      expect(answer.line).toMatchObject({
        outcome: "implicitDeny",
        reason: "the path can be read in more than one way",
        principal: `arn:aws:iam::${ACCOUNT}:root`,
        userId: ACCOUNT,
        account: ACCOUNT,
        accessKeyId: root.accessKeyId,
      });
      expect(answer.line).not.toHaveProperty("action");
    }
  });

  it("has it that API Gateway takes nothing but TLS, unless the request says otherwise", async () => {
    const Condition = { Bool: { "aws:SecureTransport": "true" } };
    const { key, decide } = ana({}, { ...allow("*"), Condition });
    const request = signedRequest(key);
    expect((await decide(request)).kind).toBe("allowed");
    expect((await decide({ ...request, secureTransport: false })).kind).toBe("forbidden");
  });

  it("takes a header into account only where the signature covers it", async () => {
    const service = defineService({
      service: "shop",
      routes: {
        "GET /carts": {
          action: "shop:ListCarts",
          resource: "*",
          context: { "shop:Team": { header: "x-team" } },
        },
      },
    });
    const key = world.key(
      world.user(
        "ana",
        own({ ...allow("*"), Condition: { StringEquals: { "shop:Team": "red" } } }),
      ),
    );
    const { decide, lines } = world.authorizer({ service });
    const ask = async (unsigned: readonly string[], headers = { "x-team": "red" }) => {
      const request = signedRequest(key, { path: "/carts", headers, unsigned });
      const { kind } = await decide({ ...request, routeKey: "GET /carts", pathParameters: {} });
      return { kind, line: lines.at(-1) };
    };
    expect(await ask([])).toMatchObject({
      kind: "allowed",
      line: { action: "shop:ListCarts", resource: `arn:aws:shop:us-east-1:${ACCOUNT}:*` },
    });
    expect((await ask([], { "x-team": "blue" })).kind).toBe("forbidden");
    expect(await ask(["x-team"])).toMatchObject({
      kind: "forbidden",
      line: { outcome: "implicitDeny", reason: "header `x-team` is not signed" },
    });
  });

  it("is a denial where the gateway could not express the allow, and says why", async () => {
    const { key, decide, lines } = ana({}, allow("*"));
    const request = { ...signedRequest(key), unanswerable: "the ARN is too long" };
    const answer = await decide(request);
    expect(answer).toMatchObject({ kind: "forbidden", message: "the ARN is too long" });
    expect(lines.at(-1)).toMatchObject({
      outcome: "implicitDeny",
      reason: "the ARN is too long",
      principal: ARN,
    });
  });
});

describe("an API that is observed", () => {
  it("lets a denial through with the caller and the hash of the body, and logs it", async () => {
    const { ask } = ana({ observe: {} }, deny("*"));
    const answer = await ask();
    expect(answer).toMatchObject({
      kind: "allowed",
      caller: { userName: "ana" },
      payloadHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      decisionId: answer.line?.decisionId,
    });
    expect(answer.line).toMatchObject({
      outcome: "explicitDeny",
      observing: true,
      observed: true,
      principal: ARN,
    });
  });

  it("lets a request through that has no meaning in policies", async () => {
    const answer = await ana({ observe: {} }, allow("*")).ask("/a//b");
    expect(answer).toMatchObject({ kind: "allowed", caller: { userName: "ana" } });
    expect(answer.line).toMatchObject({ outcome: "implicitDeny", observed: true });
  });

  it("marks an allow as no more than observing", async () => {
    const answer = await ana({ observe: {} }, allow("*")).ask();
    expect(answer).toMatchObject({ kind: "allowed", caller: { userName: "ana" } });
    expect(answer.line).toMatchObject({ outcome: "allowed", observing: true });
    expect(answer.line).not.toHaveProperty("observed");
  });

  it("denies what the gateway could not answer otherwise", async () => {
    const { key, decide, lines } = ana({ observe: { unauthenticated: true } }, allow("*"));
    const request = { ...signedRequest(key), unanswerable: "too long" };
    expect((await decide(request)).kind).toBe("forbidden");
    expect(lines.at(-1)).toMatchObject({ observing: true });
    expect(lines.at(-1)).not.toHaveProperty("observed");
  });

  const stranger = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" };

  it.each([
    [{}, "unauthenticated"],
    [{ unauthenticated: false }, "unauthenticated"],
    [{ unauthenticated: true }, "allowed"],
  ] as const)("with %j answers a request without valid credentials: %s", async (observe, kind) => {
    const answer = await world.authorizer({ observe }).ask(stranger);
    expect(answer.kind).toBe(kind);
    expect(answer.line).toMatchObject({ outcome: "unauthenticated", observing: true });
    if (kind === "unauthenticated") {
      expect(answer.line).not.toHaveProperty("observed");
      return;
    }
    expect(answer.line).toMatchObject({ observed: true });
    expect(answer).toMatchObject({
      decisionId: answer.line?.decisionId,
      payloadHash: "UNSIGNED-PAYLOAD",
      caller: { principal: { type: "Anonymous" }, account: "", accessKeyId: "" },
    });
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(callerContext(answer)).toMatchObject({
      principalArn: "",
      principalType: "Anonymous",
      userId: "",
    });
  });

  it("has a token whose role does not trust it for one without credentials", async () => {
    register(world, provider);
    world.role("web", own(allow("*")));
    const headers = {
      authorization: `Bearer ${await provider.token()}`,
      "x-portcullis-role-arn": `arn:aws:iam::${ACCOUNT}:role/web`,
    };
    const strict = await world.authorizer({ bearer: BEARER, observe: {} }).send(headers);
    expect(strict.kind).toBe("forbidden");
    expect(strict.line).not.toHaveProperty("observed");
    const observe = { unauthenticated: true };
    const through = await world.authorizer({ bearer: BEARER, observe }).send(headers);
    expect(through).toMatchObject({
      kind: "allowed",
      caller: { principal: { type: "Anonymous" } },
      payloadHash: "UNSIGNED-PAYLOAD",
    });
  });

  it("lets no fault through", async () => {
    const reader = failing(new Error("down"));
    const authorizer = world.authorizer({ reader, observe: { unauthenticated: true } });
    const answer = await authorizer.ask(stranger);
    expect(answer.kind).toBe("failed");
    expect(answer.line).toMatchObject({ outcome: "error", observing: true });
    expect(answer.line).not.toHaveProperty("observed");
  });
});

describe("a fault", () => {
  const key = { accessKeyId: "AKIAPORTCULLISROOT01", secretAccessKey: "x" };

  it.each([
    ["an error", new RangeError("too far"), "RangeError: too far"],
    ["anything else", "a text", "a text"],
  ])("of %s is no allow, and is logged", async (_, thrown, reason) => {
    const answer = await world.authorizer({ reader: failing(thrown) }).ask(key);
    const { kind, decisionId, line, ...more } = answer;
    expect({ kind, more }).toEqual({ kind: "failed", more: {} });
    expect(line).toMatchObject({ decisionId, outcome: "error", reason, roundTrips: 1 });
  });

  it("of a read that never ends is answered at the deadline", async () => {
    const hang = () => new Promise<never>(() => {});
    const authorizer = world.authorizer({
      reader: { get: hang, snapshot: hang },
      deadlineMilliseconds: 20,
    });
    const started = performance.now();
    const answer = await authorizer.ask(key);
    expect(answer.kind).toBe("failed");
    expect(answer.line?.milliseconds).toBeLessThanOrEqual(performance.now() - started + 1);
    expect(answer.line).toMatchObject({
      outcome: "error",
      reason: "TimeoutError: no result within 20 ms",
    });
    expect(answer.line?.milliseconds).toBeGreaterThanOrEqual(19);
  });

  it("leaves no timer behind: the process may end after an answer", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await ana({ deadlineMilliseconds: 60_000 }, allow("*")).ask();
    expect(timers()).toBe(before);
  });
});

const failing = (thrown: unknown): Reader => {
  const fail = async () => {
    throw thrown;
  };
  return { get: fail, snapshot: fail };
};

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

describe("an API's resource policy", () => {
  const policy = (...statements: readonly object[]) =>
    world.put({ apiId: "own", document: document(...statements) }, apiPolicyKey(ACCOUNT, "own"));
  const forAll = (statement: object) => ({ ...statement, Principal: "*" });
  const reason = ({ line }: Asked) => line?.reason;

  it("is read with the caller's records, and counts beside the caller's policies", async () => {
    const options = { apiPolicyOwner: ACCOUNT };
    const { ask } = ana(options);
    expect(reason(await ask())).toBe("no identity-based policy allows it");
    expect(world.read.flatMap(({ keys }) => keys)).toContainEqual(apiPolicyKey(ACCOUNT, "own"));
    policy(forAll(allow("execute-api:Invoke", "execute-api:/*")));
    expect(await ask()).toMatchObject({ kind: "allowed", line: { roundTrips: 2 } });
    policy(forAll(deny("execute-api:Invoke", "execute-api:/*")));
    const denied = await ask();
    expect(denied.kind).toBe("forbidden");
    expect(denied.line).toMatchObject({
      outcome: "explicitDeny",
      reason: "explicit deny in a resource-based policy",
    });
    world.replace(apiPolicyKey(ACCOUNT, "own"), { apiId: "own", document: "{" });
    expect((await ask()).kind).toBe("failed");
  });

  it("does not count where no owner is named", async () => {
    policy(forAll(deny("execute-api:Invoke", "execute-api:/*")));
    const { ask } = ana({}, allow("*"));
    expect((await ask()).kind).toBe("allowed");
    expect(world.read.map(({ keys }) => keys.length)).toEqual([2]);
  });

  it("allows no session whose password must be changed first", async () => {
    policy(forAll(allow("execute-api:Invoke", "execute-api:/*")));
    const { id } = world.user("ana", own(allow("*")));
    const claims = { kind: "SignIn", ownerId: id, passwordChangeOnly: true } as const;
    const session = world.session({ kind: "user", name: "ana" }, claims);
    const answer = await world.authorizer({ apiPolicyOwner: ACCOUNT }).ask(session);
    expect([answer.kind, reason(answer)]).toEqual(["forbidden", "no session policy allows it"]);
  });
});
