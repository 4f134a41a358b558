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
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListCreateAccountStatusCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateOrganizationalUnitCommand,
  UpdatePolicyCommand,
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
  let rootId: string;
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
    rootId = Roots?.[0]?.Id ?? "";
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

  it("keeps units in a tree five deep, with names unique below each parent", async () => {
    const create = async (ParentId: string, Name: string) =>
      (await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name })))
        .OrganizationalUnit?.Id ?? "";
    const top = await create(rootId, "Top");
    await expect(create(rootId, "TOP")).rejects.toMatchObject({
      name: "DuplicateOrganizationalUnitException",
    });
    await expect(create("r-none", "x")).rejects.toMatchObject({ name: "ParentNotFoundException" });
    let parent = top;
    for (const depth of [2, 3, 4, 5]) parent = await create(parent, `Level ${depth}`);
    await expect(create(parent, "Level 6")).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "OU_DEPTH_LIMIT_EXCEEDED",
    });
    await organizations.send(
      new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: top, Name: "Renamed" }),
    );
    const shown = await organizations.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: top }),
    );
    expect(shown.OrganizationalUnit).toMatchObject({ Id: top, Name: "Renamed" });
    const units = await organizations.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }),
    );
    expect(units.OrganizationalUnits?.map((unit) => unit.Name)).toEqual(["Renamed"]);
    expect((await organizations.send(new ListParentsCommand({ ChildId: top }))).Parents).toEqual([
      { Id: rootId, Type: "ROOT" },
    ]);
    await expect(
      organizations.send(new ListParentsCommand({ ChildId: "ou-none-00000000" })),
    ).rejects.toMatchObject({ name: "ChildNotFoundException" });
    await expect(
      organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: top })),
    ).rejects.toMatchObject({
      name: "OrganizationalUnitNotEmptyException",
    });
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: parent }));
    await expect(
      organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: parent })),
    ).rejects.toMatchObject({
      name: "OrganizationalUnitNotFoundException",
    });
  });

  it("moves accounts between units", async () => {
    const id = await open("moved");
    const unit =
      (
        await organizations.send(
          new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "Destination" }),
        )
      ).OrganizationalUnit?.Id ?? "";
    const move = (SourceParentId: string, DestinationParentId: string) =>
      organizations.send(
        new MoveAccountCommand({ AccountId: id, SourceParentId, DestinationParentId }),
      );
    await expect(move("r-none", unit)).rejects.toMatchObject({
      name: "SourceParentNotFoundException",
    });
    await expect(move(rootId, "ou-none-00000000")).rejects.toMatchObject({
      name: "DestinationParentNotFoundException",
    });
    await expect(move(rootId, rootId)).rejects.toMatchObject({ name: "DuplicateAccountException" });
    await expect(move(unit, rootId)).rejects.toMatchObject({ name: "AccountNotFoundException" });
    await move(rootId, unit);
    expect((await organizations.send(new ListParentsCommand({ ChildId: id }))).Parents).toEqual([
      { Id: unit, Type: "ORGANIZATIONAL_UNIT" },
    ]);
    expect(
      (
        await organizations.send(new ListAccountsForParentCommand({ ParentId: unit }))
      ).Accounts?.map((account) => account.Id),
    ).toEqual([id]);
    expect(
      (await organizations.send(new ListChildrenCommand({ ParentId: unit, ChildType: "ACCOUNT" })))
        .Children,
    ).toEqual([{ Id: id, Type: "ACCOUNT" }]);
  });

  it("binds members by service control policies at the very next request, the root's, a unit's and the account's own", async () => {
    const id = await open("guarded");
    const session = await enter(id);
    expect(await orders(session)).toBe(200);
    const made = await organizations.send(
      new CreatePolicyCommand({
        Name: "NoListing",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: document("Deny", "orders:ListOrders"),
      }),
    );
    const PolicyId = made.Policy?.PolicySummary?.Id ?? "";
    const attach = (TargetId: string) =>
      organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    await expect(attach(id)).rejects.toMatchObject({ name: "PolicyTypeNotEnabledException" });
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(
        new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
      ),
    ).rejects.toMatchObject({ name: "PolicyTypeAlreadyEnabledException" });
    const unit =
      (
        await organizations.send(
          new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "Guarded" }),
        )
      ).OrganizationalUnit?.Id ?? "";
    await organizations.send(
      new MoveAccountCommand({ AccountId: id, SourceParentId: rootId, DestinationParentId: unit }),
    );
    expect(await orders(session)).toBe(200);
    for (const TargetId of [id, unit, rootId]) {
      await attach(TargetId);
      expect(await orders(session)).toBe(403);
      await expect(attach(TargetId)).rejects.toMatchObject({
        name: "DuplicatePolicyAttachmentException",
      });
      // The management account is exempt, whatever is attached to the root.
      expect(await orders(operator)).toBe(200);
      await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
      expect(await orders(session)).toBe(200);
    }
    await attach(unit);
    const targets = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
    expect(targets.Targets).toMatchObject([
      { TargetId: unit, Name: "Guarded", Type: "ORGANIZATIONAL_UNIT" },
    ]);
    const policies = await organizations.send(
      new ListPoliciesForTargetCommand({ TargetId: unit, Filter: "SERVICE_CONTROL_POLICY" }),
    );
    expect(policies.Policies?.map((policy) => policy.Name)).toEqual(["FullAWSAccess", "NoListing"]);
    await organizations.send(
      new UpdatePolicyCommand({ PolicyId, Content: document("Deny", "orders:CreateOrder") }),
    );
    expect(await orders(session)).toBe(200);
    await expect(organizations.send(new DeletePolicyCommand({ PolicyId }))).rejects.toMatchObject({
      name: "PolicyInUseException",
    });
    await organizations.send(
      new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(
        new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
      ),
    ).rejects.toMatchObject({ name: "PolicyTypeNotEnabledException" });
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(new DetachPolicyCommand({ PolicyId, TargetId: unit })),
    ).rejects.toMatchObject({ name: "PolicyNotAttachedException" });
    await expect(
      organizations.send(new DetachPolicyCommand({ PolicyId: "p-FullAWSAccess", TargetId: unit })),
    ).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    });
    await organizations.send(new DeletePolicyCommand({ PolicyId }));
    await expect(organizations.send(new DescribePolicyCommand({ PolicyId }))).rejects.toMatchObject(
      {
        name: "PolicyNotFoundException",
      },
    );
  });

  it("keeps service control policies as documents with unique names", async () => {
    const create = (Name: string, Content: string) =>
      organizations.send(
        new CreatePolicyCommand({
          Name,
          Description: "d",
          Type: "SERVICE_CONTROL_POLICY",
          Content,
        }),
      );
    await expect(create("Bad", "{")).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await create("Once", document("Allow", "*"));
    await expect(create("ONCE", document("Allow", "*"))).rejects.toMatchObject({
      name: "DuplicatePolicyException",
    });
    const listed = await organizations.send(
      new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }),
    );
    expect(listed.Policies?.map(({ Name, AwsManaged }) => [Name, AwsManaged])).toEqual([
      ["FullAWSAccess", true],
      ["Once", false],
    ]);
    await expect(
      organizations.send(new UpdatePolicyCommand({ PolicyId: "p-FullAWSAccess", Name: "mine" })),
    ).rejects.toMatchObject({ name: "InvalidInputException", Reason: "IMMUTABLE_POLICY" });
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
