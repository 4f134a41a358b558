import {
  CreateRoleCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CloseAccountCommand } from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { ADMINISTRATOR, addUser, openOrganization, type Tenant } from "../../support/tenant.ts";

/**
 * Whoever is not trusted by a role of another account is told of it, and of the account, what is
 * told of one that is not there.
 */
describe("a role of another account that trusts somebody else", () => {
  let installation: TestInstallation;
  let one: Tenant;
  let two: Tenant;
  let gone: Tenant;
  let asker: TestCredentials;

  beforeAll(async () => {
    installation = await startInstallation();
    const { open } = await openOrganization(installation);
    one = await open("one");
    two = await open("two");
    gone = await open("gone");
    asker = await addUser(installation.iamAs(two.admin), "asker", [ADMINISTRATOR]);
    await addRole("trusting-others", [{ Effect: "Allow", Principal: { AWS: one.id } }]);
    await addRole("denying", [
      { Effect: "Allow", Principal: { AWS: [one.id, two.id] } },
      { Effect: "Deny", Principal: { AWS: two.id } },
    ]);
    await addRole("wanting-a-word", [
      {
        Effect: "Allow",
        Principal: { AWS: two.id },
        Condition: { StringEquals: { "sts:ExternalId": "the-word" } },
      },
    ]);
  }, 60_000);
  afterAll(() => installation.stop());

  async function addRole(RoleName: string, statements: readonly object[]): Promise<void> {
    const Statement = statements.map((statement) => ({ ...statement, Action: "sts:AssumeRole" }));
    await installation.iamAs(one.admin).send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        Tags: [{ Key: "Stage", Value: "aSecretOfOne" }],
      }),
    );
  }

  const assume = (RoleName: string, ExternalId?: string) =>
    installation.stsAs(asker).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${one.id}:role/${RoleName}`,
        RoleSessionName: "asker",
        ExternalId,
      }),
    );

  /** All that a refusal says, but for the time and the role's name. */
  async function toldOf(RoleName: string): Promise<string> {
    const refused: unknown = await assume(RoleName).catch((error: unknown) => error);
    if (!(refused instanceof Error)) throw new Error(`${RoleName} could be assumed`);
    const EncodedMessage = String(Reflect.get(refused, "EncodedAuthorizationMessage"));
    const { DecodedMessage = "" } = await installation
      .stsAs(asker)
      .send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
    const { context, decisionId, ...decided } = JSON.parse(DecodedMessage);
    const records = createPortcullisClient({
      endpoint: installation.local.controlUrl,
      credentials: asker,
    });
    // The record is written soon after the answer.
    const { Decision } = await vi.waitFor(
      () => records.getDecision({ DecisionId: decisionId }),
      10_000,
    );
    const conditions = context.conditions.items.filter(
      ({ key }: { readonly key: string }) => !/^aws:(current|epoch)time$/.test(key),
    );
    const { DecisionId: _, RequestId: __, Time: ___, EncodedMessage: ____, ...rest } = Decision;
    const ContextEntries = rest.ContextEntries?.filter(
      ({ ContextKeyName }) => !/^aws:(current|epoch)time$/.test(ContextKeyName),
    );
    const recorded = { ...rest, ContextEntries };
    const all = {
      sentence: refused.message,
      decided,
      context: { ...context, conditions },
      recorded,
    };
    return JSON.stringify(all).replaceAll(`role/${RoleName}`, "role/<name>");
  }

  const ROLES = ["trusting-others", "denying", "wanting-a-word"];

  test("is_told_of_as_if_it_were_not_there", async () => {
    const ofNone = await toldOf("not-there");
    expect(ofNone).toContain("no role trust policy allows the sts:AssumeRole action");
    for (const role of ROLES) expect(await toldOf(role)).toBe(ofNone);
    expect((await assume("wanting-a-word", "the-word")).Credentials).toBeDefined();
  });

  test("is_not_told_of_whether_its_account_was_closed", async () => {
    const nobodys = (id: string) => ({
      accessKeyId: makeAccessKeyId("AKIA", id),
      secretAccessKey: "a guess",
    });
    const toldOfAccount = (id: string) =>
      installation
        .stsAs(nobodys(id))
        .send(new GetCallerIdentityCommand({}))
        .catch((error: unknown) => String(error));
    const before = await toldOfAccount(gone.id);
    expect(before).toBe(
      "InvalidClientTokenId: The security token included in the request is invalid.",
    );
    await installation.organizations.send(new CloseAccountCommand({ AccountId: gone.id }));
    expect(await toldOfAccount(gone.id)).toBe(before);
    expect(await toldOfAccount("999999999999")).toBe(before);
  });

  test("can_not_be_searched_for_its_tags_by_policies_of_one's_own", async () => {
    const iam = installation.iamAs(two.admin);
    const guess = { UserName: "asker", PolicyName: "guess" };
    for (const Effect of ["Allow", "Deny"]) {
      const Condition = { StringLike: { "aws:ResourceTag/Stage": "a*" } };
      const Statement = { Effect, Action: "sts:AssumeRole", Resource: "*", Condition };
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      await iam.send(new PutUserPolicyCommand({ ...guess, PolicyDocument }));
      const ofNone = await toldOf("not-there");
      for (const role of ROLES) expect(await toldOf(role)).toBe(ofNone);
      // Whoever is trusted may be limited by the tags, and told so.
      if (Effect === "Deny")
        await expect(assume("wanting-a-word", "the-word")).rejects.toThrow(
          /deny in an identity-based policy/,
        );
    }
    await iam.send(new DeleteUserPolicyCommand(guess));
  });
});
