import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateAccountCommand, CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createAddressLimit,
  UNSIGNED_RATE,
} from "../../packages/control-api/src/rate/address-limit.ts";
import { createRateLimit } from "../../packages/control-api/src/rate/rate-limit.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";

describe("the rate limit", () => {
  it("answers a burst, then as many a second as it fills", async () => {
    const limit = createRateLimit({ perSecond: 10, burst: 3 });
    const call = async (at: number) => {
      const turn = await limit.enter("1", at);
      turn?.proven();
      turn?.leave();
      return turn !== undefined;
    };
    const calls = async (...times: number[]) => {
      const answers: boolean[] = [];
      for (const at of times) answers.push(await call(at));
      return answers;
    };
    expect(await calls(0, 0, 0, 0)).toEqual([true, true, true, false]);
    expect(await calls(99, 100, 100, 200)).toEqual([false, true, false, true]);
    expect(await calls(10_000, 10_000, 10_000, 10_000)).toEqual([true, true, true, false]);
    expect(await limit.enter("2", 10_000)).toBeDefined();
  });

  it("lets a few of an account's calls run at a time, the others in their order, and other accounts' at once", async () => {
    const limit = createRateLimit({ perSecond: 10, burst: 6 });
    const begun: number[] = [];
    const turns = Array.from({ length: 8 }, async (_, index) => {
      const turn = await limit.enter("1", 0);
      if (turn) begun.push(index);
      return turn;
    });
    await settled();
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(await limit.enter("2", 0)).toBeDefined();
    for (const index of [0, 1, 2, 3]) {
      const turn = await turns[index];
      turn?.proven();
      turn?.leave();
      await settled();
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const index of [4, 5]) (await turns[index])?.proven();
    for (const index of [4, 5, 6, 7]) (await turns[index])?.leave();
    expect(await limit.enter("1", 0)).toBeUndefined();
  });

  it("lets no more wait than may come at once, and turns away those whose account ran out while they waited", async () => {
    const limit = createRateLimit({ perSecond: 10, burst: 5 });
    const turns = Array.from({ length: 10 }, () => limit.enter("1", 0));
    expect(await turns[9]).toBeUndefined();
    for (const index of [0, 1, 2, 3, 4]) {
      const turn = await turns[index];
      turn?.proven();
      turn?.leave();
    }
    // Those under way by then were let in before it was known that they are the account's, too.
    const others = await Promise.all(turns.slice(5));
    expect(others.map((turn) => turn !== undefined)).toEqual([true, true, true, false, false]);
    for (const turn of others) turn?.leave();
    expect(await limit.enter("1", 100)).toBeDefined();
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a member account's flood", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation({ memberRate: { perSecond: 1, burst: 20 } });
  });
  afterAll(() => installation.stop());

  it("is answered with `Throttling`, and nobody else's calls are", async () => {
    const { iam, organizations } = installation;
    await organizations.send(new CreateOrganizationCommand({}));
    await iam.send(new CreateUserCommand({ UserName: "operator" }));
    const document = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "operator",
        PolicyName: "all",
        PolicyDocument: JSON.stringify(document),
      }),
    );
    const operator = credentialsOf(
      (await iam.send(new CreateAccessKeyCommand({ UserName: "operator" }))).AccessKey,
    );
    const enter = async (name: string) => {
      const made = await organizations.send(
        new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
      );
      const RoleArn = `arn:aws:iam::${made.CreateAccountStatus?.AccountId}:role/OrganizationAccountAccessRole`;
      const answer = await installation
        .stsAs(operator)
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "in" }));
      return installation.stsAs(credentialsOf(answer.Credentials));
    };
    const loud = await enter("loud");
    const quiet = await enter("quiet");
    const flood = await Promise.allSettled(
      Array.from({ length: 40 }, () => loud.send(new GetCallerIdentityCommand({}))),
    );
    const refused = flood.filter((answer) => answer.status === "rejected");
    expect(refused.length).toBeGreaterThan(10);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ name: "Throttling", message: "Rate exceeded" });
    expect((await quiet.send(new GetCallerIdentityCommand({}))).Account).toMatch(/^\d{12}$/);
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });

  it("can't be made in its name by somebody who has no credentials of it", async () => {
    const made = await installation.organizations.send(
      new CreateAccountCommand({ AccountName: "victim", Email: "victim@example.com" }),
    );
    const { makeAccessKeyId } = await import("@portcullis/iam/access-key-id");
    const forged = {
      accessKeyId: makeAccessKeyId("AKIA", made.CreateAccountStatus?.AccountId ?? ""),
      secretAccessKey: "guessed",
    };
    // So few at a time that none has to wait longer than calls may.
    for (let wave = 0; wave < 10; wave++) {
      const answers = await Promise.allSettled(
        Array.from({ length: 4 }, () =>
          installation.stsAs(forged).send(new GetCallerIdentityCommand({})),
        ),
      );
      for (const answer of answers)
        expect(answer).toMatchObject({
          status: "rejected",
          reason: { name: "InvalidClientTokenId" },
        });
    }
  });

  it("can't be made in its name by an operation that needs no credentials", async () => {
    const made = await installation.organizations.send(
      new CreateAccountCommand({ AccountName: "named", Email: "named@example.com" }),
    );
    const { makeAccessKeyId } = await import("@portcullis/iam/access-key-id");
    const key = makeAccessKeyId("AKIA", made.CreateAccountStatus?.AccountId ?? "");
    const ask = async () => {
      const answer = await fetch(installation.local.controlUrl, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
          "x-amz-date": "20260101T000000Z",
        },
        body: new URLSearchParams({
          Action: "AssumeRoleWithWebIdentity",
          Version: "2011-06-15",
          RoleArn: "arn:aws:iam::111122223333:role/none",
          RoleSessionName: "none",
          WebIdentityToken: "none",
        }),
      });
      return /<Code>(.*?)</.exec(await answer.text())?.[1];
    };
    // Twice as many as the account could make: each is looked into.
    for (let call = 0; call < 40; call++) expect(await ask()).not.toBe("Throttling");
  });
});

describe("the limit of unsigned calls", () => {
  const unsigned = { ok: false } as Parameters<ReturnType<typeof createAddressLimit>["take"]>[0];
  const at = new Date(0);

  it("is by address, and not of calls that name a key", async () => {
    const limit = createAddressLimit({ perSecond: 50, burst: 500 });
    for (let count = 0; count < UNSIGNED_RATE.burst; count++)
      await limit.take(unsigned, "192.0.2.1", at);
    await expect(limit.take(unsigned, "192.0.2.1", at)).rejects.toMatchObject({
      code: "Throttling",
      message: "Rate exceeded",
    });
    await limit.take(unsigned, "192.0.2.2", at);
    const signed = { ok: true } as Parameters<typeof limit.take>[0];
    await limit.take(signed, "192.0.2.1", at);
    await limit.take(unsigned, "192.0.2.1", new Date(20));
  });
});
