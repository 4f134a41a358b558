import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateAccountCommand, CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRateLimit } from "../../packages/functions/src/rate-limit.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../harness.ts";

describe("the rate limit", () => {
  it("answers a burst, then as many a second as it fills", () => {
    const limit = createRateLimit({ perSecond: 10, burst: 3 });
    const call = (at: number) => {
      const may = limit.mayCall("1", at);
      if (may) limit.called("1", at);
      return may;
    };
    expect([0, 0, 0, 0].map(call)).toEqual([true, true, true, false]);
    expect([99, 100, 100, 200].map(call)).toEqual([false, true, false, true]);
    expect([10_000, 10_000, 10_000, 10_000].map(call)).toEqual([true, true, true, false]);
    expect(limit.mayCall("2", 10_000)).toBe(true);
  });
});

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
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
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
    const answers = await Promise.allSettled(
      Array.from({ length: 40 }, () => installation.stsAs(forged).send(new GetCallerIdentityCommand({}))),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({ status: "rejected", reason: { name: "InvalidClientTokenId" } });
  });
});
