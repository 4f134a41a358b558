import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  DeleteOrganizationCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListCreateAccountStatusCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";

const document = (Effect: "Allow" | "Deny", Action: string | string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource: "*" }] });

describe("organizations", () => {
  let installation: TestInstallation;
  let organizations: OrganizationsClient;
  let operator: TestCredentials;

  beforeAll(async () => {
    installation = await startInstallation();
    organizations = installation.organizations;
    await installation.iam.send(new CreateUserCommand({ UserName: "operator" }));
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "operator",
        PolicyName: "all",
        PolicyDocument: document("Allow", "*"),
      }),
    );
    operator = credentialsOf(
      (await installation.iam.send(new CreateAccessKeyCommand({ UserName: "operator" }))).AccessKey,
    );
  });
  afterAll(() => installation.stop());

  const open = async (name: string): Promise<string> => {
    const made = await organizations.send(
      new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
    );
    return made.CreateAccountStatus?.AccountId ?? "";
  };
  /** A session of the role by which the management account gets into a member. */
  const enter = async (account: string): Promise<TestCredentials> => {
    const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
    const answer = await installation
      .stsAs(operator)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "operator" }));
    return credentialsOf(answer.Credentials);
  };
  const orders = async (who: TestCredentials) =>
    (await installation.call(who, "GET", "/orders")).status;

  it("has none until one is created, and then one", async () => {
    await expect(organizations.send(new DescribeOrganizationCommand({}))).rejects.toMatchObject({
      name: "AWSOrganizationsNotInUseException",
    });
    const made = await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    expect(made.Organization).toMatchObject({
      Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      Arn: expect.stringMatching(/^arn:aws:organizations::100000000000:organization\/o-/),
      FeatureSet: "ALL",
      MasterAccountId: "100000000000",
      MasterAccountEmail: "root@localhost",
    });
    await expect(organizations.send(new CreateOrganizationCommand({}))).rejects.toMatchObject({
      name: "AlreadyInOrganizationException",
    });
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    expect(Roots).toMatchObject([
      { Id: expect.stringMatching(/^r-[a-z0-9]{4}$/), Name: "Root", PolicyTypes: [] },
    ]);
  });

  it("creates accounts, tells what became of the request, and lists them by pages", async () => {
    const id = await open("acme");
    expect(id).toMatch(/^\d{12}$/);
    expect(
      (await organizations.send(new DescribeAccountCommand({ AccountId: id }))).Account,
    ).toMatchObject({
      Id: id,
      Name: "acme",
      Email: "acme@example.com",
      Status: "ACTIVE",
      JoinedMethod: "CREATED",
    });
    const again = await organizations.send(
      new CreateAccountCommand({ AccountName: "acme", Email: "ACME@example.com" }),
    );
    expect(again.CreateAccountStatus).toMatchObject({
      State: "FAILED",
      FailureReason: "EMAIL_ALREADY_EXISTS",
    });
    const status = await organizations.send(
      new DescribeCreateAccountStatusCommand({
        CreateAccountRequestId: again.CreateAccountStatus?.Id,
      }),
    );
    expect(status.CreateAccountStatus).toMatchObject({ State: "FAILED", AccountName: "acme" });
    const listed = await organizations.send(
      new ListCreateAccountStatusCommand({ States: ["SUCCEEDED"] }),
    );
    expect(listed.CreateAccountStatuses).toMatchObject([{ AccountId: id }]);
    const first = await organizations.send(new ListAccountsCommand({ MaxResults: 1 }));
    const second = await organizations.send(
      new ListAccountsCommand({ MaxResults: 1, NextToken: first.NextToken }),
    );
    expect(
      [...(first.Accounts ?? []), ...(second.Accounts ?? [])].map((account) => account.Id).sort(),
    ).toEqual(["100000000000", id].sort());
    await expect(
      organizations.send(new ListAccountsCommand({ NextToken: "forged" })),
    ).rejects.toMatchObject({
      name: "InvalidInputException",
      Reason: "INVALID_NEXT_TOKEN",
    });
    await expect(
      organizations.send(new DescribeAccountCommand({ AccountId: "999999999999" })),
    ).rejects.toMatchObject({
      name: "AccountNotFoundException",
    });
    await expect(
      organizations.send(new CreateAccountCommand({ AccountName: "x", Email: "no address" })),
    ).rejects.toMatchObject({ name: "InvalidInputException", Reason: "INVALID_PATTERN" });
    await expect(
      organizations.send(
        new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: "car-00000000" }),
      ),
    ).rejects.toMatchObject({ name: "CreateAccountStatusNotFoundException" });
  });

  it("is accessible to the management account by the role, and to no other", async () => {
    const id = await open("entered");
    const session = await enter(id);
    const iam = installation.iamAs(session);
    await iam.send(new CreateUserCommand({ UserName: "inside" }));
    expect((await iam.send(new ListUsersCommand({}))).Users?.map((user) => user.UserName)).toEqual([
      "inside",
    ]);
    expect(
      (await installation.iam.send(new ListUsersCommand({}))).Users?.map((user) => user.UserName),
    ).toEqual(["operator"]);
    const other = await enter(await open("neighbour"));
    const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`;
    await expect(
      installation.stsAs(other).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "visit" })),
    ).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(
      installation.organizationsAs(session).send(new ListAccountsCommand({})),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect(
      (await installation.organizationsAs(session).send(new DescribeOrganizationCommand({})))
        .Organization?.MasterAccountId,
    ).toBe("100000000000");
  });

  it("tags accounts", async () => {
    const ResourceId = await open("tagged");
    await organizations.send(
      new TagResourceCommand({
        ResourceId,
        Tags: [
          { Key: "tier", Value: "gold" },
          { Key: "__proto__", Value: "x" },
        ],
      }),
    );
    await organizations.send(new UntagResourceCommand({ ResourceId, TagKeys: ["__proto__"] }));
    expect((await organizations.send(new ListTagsForResourceCommand({ ResourceId }))).Tags).toEqual(
      [{ Key: "tier", Value: "gold" }],
    );
    await expect(
      organizations.send(new ListTagsForResourceCommand({ ResourceId: "999999999999" })),
    ).rejects.toMatchObject({
      name: "TargetNotFoundException",
    });
  });

  it("refuses everything of a closed account at once", async () => {
    const id = await open("closed");
    const session = await enter(id);
    expect(await orders(session)).toBe(200);
    await organizations.send(new CloseAccountCommand({ AccountId: id }));
    expect(await orders(session)).toBe(401);
    await expect(installation.iamAs(session).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
    await expect(enter(id)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(
      (await organizations.send(new DescribeAccountCommand({ AccountId: id }))).Account?.Status,
    ).toBe("SUSPENDED");
    await expect(
      organizations.send(new CloseAccountCommand({ AccountId: id })),
    ).rejects.toMatchObject({
      name: "AccountAlreadyClosedException",
    });
    await expect(
      organizations.send(new CloseAccountCommand({ AccountId: "100000000000" })),
    ).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
    });
    await expect(organizations.send(new DeleteOrganizationCommand({}))).rejects.toMatchObject({
      name: "OrganizationNotEmptyException",
    });
  });

  it("reaches another account by a role that trusts it, and by no other way", async () => {
    const [here, there] = [await open("here"), await open("there")];
    const [mine, theirs] = [await enter(here), await enter(there)];
    const iamThere: IAMClient = installation.iamAs(theirs);
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${here}:root` },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "shared-secret" } },
        },
      ],
    });
    const role = await iamThere.send(
      new CreateRoleCommand({ RoleName: "visitors", AssumeRolePolicyDocument: trust }),
    );
    await iamThere.send(
      new AttachRolePolicyCommand({
        RoleName: "visitors",
        PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
      }),
    );
    const assume = (ExternalId?: string) =>
      installation
        .stsAs(mine)
        .send(
          new AssumeRoleCommand({ RoleArn: role.Role?.Arn, RoleSessionName: "visit", ExternalId }),
        );
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume("guessed")).rejects.toMatchObject({ name: "AccessDenied" });
    const visitor = credentialsOf((await assume("shared-secret")).Credentials);
    expect((await installation.iamAs(visitor).send(new ListUsersCommand({}))).Users).toEqual([]);
    expect((await installation.call(mine, "GET", `/accounts/${there}/orders/none`)).status).toBe(
      403,
    );
  });
});
