import { callerContext } from "@portcullis/authorizer";
import { defineService } from "@portcullis/authorizer/service-definition";
import { beforeEach, describe, expect, it } from "vitest";
import { decodeAuthorizationMessage } from "../../packages/iam/src/sealing/decode-authorization-message.ts";
import { allow, deny } from "../support/people.ts";
import {
  ACCOUNT,
  NOW,
  type RecordWorld,
  recordWorld,
  signedRequest,
} from "../support/record-world.ts";
import { ARN, ana, failing, invokeArn, own } from "./ana.ts";

/** What an authorizer answers and logs once it knows the caller, and what it does of a fault. */
let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});

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
    const { ask } = ana(world, {}, deny("execute-api:Invoke", invokeArn("GET/whoami")));
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
      world,
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
    const { key, decide } = ana(world, {}, { ...allow("*"), Condition });
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
    const { key, decide, lines } = ana(world, {}, allow("*"));
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
    await ana(world, { deadlineMilliseconds: 60_000 }, allow("*")).ask();
    expect(timers()).toBe(before);
  });
});
