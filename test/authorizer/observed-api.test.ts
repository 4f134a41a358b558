import { callerContext } from "@portcullis/authorizer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allow, deny } from "../support/people.ts";
import { ACCOUNT, type RecordWorld, recordWorld, signedRequest } from "../support/record-world.ts";
import { BEARER, register, type TestProvider, testProvider } from "../support/token-issuers.ts";
import { ARN, ana, failing, own } from "./ana.ts";

let provider: TestProvider;
beforeAll(async () => {
  provider = await testProvider();
});
afterAll(() => provider.stop());

let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});

describe("an API that is observed", () => {
  it("lets a denial through with the caller and the hash of the body, and logs it", async () => {
    const { ask } = ana(world, { observe: {} }, deny("*"));
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
    const answer = await ana(world, { observe: {} }, allow("*")).ask("/a//b");
    expect(answer).toMatchObject({ kind: "allowed", caller: { userName: "ana" } });
    expect(answer.line).toMatchObject({ outcome: "implicitDeny", observed: true });
  });

  it("marks an allow as no more than observing", async () => {
    const answer = await ana(world, { observe: {} }, allow("*")).ask();
    expect(answer).toMatchObject({ kind: "allowed", caller: { userName: "ana" } });
    expect(answer.line).toMatchObject({ outcome: "allowed", observing: true });
    expect(answer.line).not.toHaveProperty("observed");
  });

  it("denies what the gateway could not answer otherwise", async () => {
    const { key, decide, lines } = ana(world, { observe: { unauthenticated: true } }, allow("*"));
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
