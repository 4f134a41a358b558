import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationCommand,
  DeleteResourcePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DescribeAccountCommand,
  DescribeEffectivePolicyCommand,
  DescribeOrganizationCommand,
  DescribeResourcePolicyCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  PutResourcePolicyCommand,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { user } from "../../support/people.ts";
import { openMember } from "../../support/root-access.ts";
import { refusal } from "../../support/sts-installation.ts";

let installation: TestInstallation;
let organizations: OrganizationsClient;
let member: string;
let rootId: string;
/** An administrator of the member account. */
let insider: OrganizationsClient;
beforeAll(async () => {
  installation = await startInstallation();
  organizations = installation.organizations;
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  rootId = Roots?.[0]?.Id ?? "";
  member = await openMember(organizations, "tenant");
  const assumer = await user(installation, "assumer", {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: "*",
  });
  const { Credentials } = await installation.stsAs(assumer).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "inside",
    }),
  );
  insider = installation.organizationsAs(credentialsOf(Credentials));
});
afterAll(() => installation.stop());

const IAM = { ServicePrincipal: "iam.amazonaws.com" };
const CONFIG = { ServicePrincipal: "config.amazonaws.com" };
const reasonOf = (sent: Promise<unknown>) =>
  sent.then(
    () => "not refused",
    (error: Error & { Reason?: string }) => `${error.name} ${error.Reason ?? ""}`.trim(),
  );

/** The codes that the calls are refused with, each once. */
const codesOf = async (...calls: readonly Promise<unknown>[]) => [
  ...new Set(await Promise.all(calls.map(async (call) => (await refusal(call)).code))),
];

describe("trusted access", () => {
  const listed = async () => {
    const { EnabledServicePrincipals = [] } = await organizations.send(
      new ListAWSServiceAccessForOrganizationCommand({}),
    );
    return EnabledServicePrincipals.map((one) => {
      expect(one.DateEnabled).toBeInstanceOf(Date);
      return one.ServicePrincipal;
    });
  };

  test("is enabled, listed in order of name, and disabled, twice alike", async () => {
    expect(await listed()).toEqual([]);
    for (const input of [IAM, CONFIG, IAM])
      await organizations.send(new EnableAWSServiceAccessCommand(input));
    expect(await listed()).toEqual(["config.amazonaws.com", "iam.amazonaws.com"]);
    for (const input of [CONFIG, CONFIG])
      await organizations.send(new DisableAWSServiceAccessCommand(input));
    expect(await listed()).toEqual(["iam.amazonaws.com"]);
  });

  test.each(["iam", "IAM.amazonaws.com", "iam.amazonaws.com.evil.example", "*"])(
    "%s is no service",
    async (ServicePrincipal) => {
      const enable = organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
      expect(await reasonOf(enable)).toMatch(/^InvalidInputException/);
    },
  );

  test("is the management account's", async () => {
    expect(
      await codesOf(
        insider.send(new EnableAWSServiceAccessCommand(CONFIG)),
        insider.send(new DisableAWSServiceAccessCommand(IAM)),
        insider.send(new ListAWSServiceAccessForOrganizationCommand({})),
      ),
    ).toEqual(["AccessDeniedException"]);
    expect(await listed()).toEqual(["iam.amazonaws.com"]);
  });
});

describe("delegated administrators", () => {
  const register = (AccountId: string, service = IAM) =>
    organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId, ...service }));
  const deregister = (AccountId: string, service = IAM) =>
    organizations.send(new DeregisterDelegatedAdministratorCommand({ AccountId, ...service }));

  test("are members, of services that the organization trusts", async () => {
    expect(await reasonOf(register(installation.account))).toBe(
      "ConstraintViolationException CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
    );
    expect(await reasonOf(register(member, CONFIG))).toBe(
      "ConstraintViolationException SERVICE_ACCESS_NOT_ENABLED",
    );
    expect(await reasonOf(register("999999999999"))).toBe("AccountNotFoundException");
    expect(await reasonOf(deregister(member))).toBe("AccountNotRegisteredException");
    expect(
      await reasonOf(
        organizations.send(new ListDelegatedServicesForAccountCommand({ AccountId: member })),
      ),
    ).toBe("AccountNotRegisteredException");
    const closed = await openMember(organizations, "closed");
    await organizations.send(new CloseAccountCommand({ AccountId: closed }));
    expect(await reasonOf(register(closed))).toBe(
      "ConstraintViolationException CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
    );
  });

  test("read the organization, by their own policies, and change nothing", async () => {
    expect((await refusal(insider.send(new ListAccountsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
    await register(member);
    const { Accounts = [] } = await insider.send(new ListAccountsCommand({}));
    expect(Accounts.map(({ Id }) => Id)).toContain(installation.account);
    await insider.send(new DescribeAccountCommand({ AccountId: installation.account }));
    await insider.send(new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }));
    expect(
      await codesOf(
        insider.send(new CloseAccountCommand({ AccountId: member })),
        insider.send(new RegisterDelegatedAdministratorCommand({ AccountId: member, ...CONFIG })),
        insider.send(
          new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
        ),
        insider.send(
          new MoveAccountCommand({
            AccountId: member,
            SourceParentId: rootId,
            DestinationParentId: rootId,
          }),
        ),
      ),
    ).toEqual(["AccessDeniedException"]);
  });

  test("are listed by service and by account", async () => {
    expect(await reasonOf(register(member))).toBe("AccountAlreadyRegisteredException");
    const of = async (input: object) => {
      const { DelegatedAdministrators = [] } = await organizations.send(
        new ListDelegatedAdministratorsCommand(input),
      );
      return DelegatedAdministrators.map(({ Id, DelegationEnabledDate, Email }) => {
        expect(DelegationEnabledDate).toBeInstanceOf(Date);
        expect(Email).toBe("root@tenant.example");
        return Id;
      });
    };
    expect([await of({}), await of(IAM), await of(CONFIG)]).toEqual([[member], [member], []]);
    const { DelegatedServices = [] } = await organizations.send(
      new ListDelegatedServicesForAccountCommand({ AccountId: member }),
    );
    expect(DelegatedServices.map(({ ServicePrincipal }) => ServicePrincipal)).toEqual([
      "iam.amazonaws.com",
    ]);
  });

  test("keep their service trusted, and their account in the organization", async () => {
    expect(await reasonOf(organizations.send(new DisableAWSServiceAccessCommand(IAM)))).toBe(
      "ConstraintViolationException DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
    );
    const remove = (AccountId: string) =>
      organizations.send(new RemoveAccountFromOrganizationCommand({ AccountId }));
    expect(await reasonOf(remove(member))).toBe(
      "ConstraintViolationException CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
    );
    await deregister(member);
    expect((await refusal(insider.send(new ListAccountsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
    expect(await reasonOf(remove(member))).toBe(
      "ConstraintViolationException ACCOUNT_CANNOT_LEAVE_ORGANIZATION",
    );
    expect(await reasonOf(remove(installation.account))).toBe(
      "MasterCannotLeaveOrganizationException",
    );
    expect(await reasonOf(remove("999999999999"))).toBe("AccountNotFoundException");
    await organizations.send(new DisableAWSServiceAccessCommand(IAM));
  });
});

describe("the resource policy", () => {
  const put = (...Statement: readonly object[]) =>
    organizations.send(
      new PutResourcePolicyCommand({
        Content: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
  const allow = (action: string | readonly string[], more: object = {}) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${member}:root` },
    Action: action,
    Resource: "*",
    ...more,
  });

  test("is not there at first", async () => {
    expect(
      await codesOf(
        organizations.send(new DescribeResourcePolicyCommand({})),
        organizations.send(new DeleteResourcePolicyCommand({})),
      ),
    ).toEqual(["ResourcePolicyNotFoundException"]);
  });

  test("lets member accounts perform what it names", async () => {
    expect((await refusal(insider.send(new ListAccountsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
    const { ResourcePolicy } = await put(allow("organizations:ListAccounts"));
    const { Id = "", Arn } = ResourcePolicy?.ResourcePolicySummary ?? {};
    expect(Id).toMatch(/^rp-[a-z0-9]{8}$/);
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    expect(Arn).toBe(
      `arn:aws:organizations::${installation.account}:resourcepolicy/${Organization?.Id}/${Id}`,
    );
    const { Accounts = [] } = await insider.send(new ListAccountsCommand({}));
    expect(Accounts.map(({ Id: id }) => id)).toContain(member);
    expect((await refusal(insider.send(new ListRootsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
    await organizations.send(
      new TagResourceCommand({ ResourceId: Id, Tags: [{ Key: "a", Value: "b" }] }),
    );
    const again = await put(
      allow(["organizations:CreatePolicy", "organizations:AttachPolicy"], {
        Condition: { StringEquals: { "organizations:PolicyType": "SERVICE_CONTROL_POLICY" } },
      }),
    );
    expect(again.ResourcePolicy?.ResourcePolicySummary?.Id).toBe(Id);
    const { Tags } = await organizations.send(new ListTagsForResourceCommand({ ResourceId: Id }));
    expect(Tags).toEqual([{ Key: "a", Value: "b" }]);
    expect((await refusal(insider.send(new ListAccountsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
  });

  test("lets them manage the organization's policies, which are the organization's", async () => {
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    const { Policy } = await insider.send(
      new CreatePolicyCommand({
        Name: "theirs",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Deny", Action: "x:y", Resource: "*" },
        }),
      }),
    );
    const PolicyId = Policy?.PolicySummary?.Id ?? "";
    await insider.send(new AttachPolicyCommand({ PolicyId, TargetId: member }));
    const { Policies = [] } = await organizations.send(
      new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }),
    );
    expect(Policies.map(({ Id }) => Id)).toContain(PolicyId);
  });

  test("allows nothing that is the management account's alone", async () => {
    for (const action of [
      "organizations:CloseAccount",
      "ORGANIZATIONS:closeaccount",
      "iam:GetUser",
    ]) {
      expect(await reasonOf(put(allow(action))), action).toBe(
        "InvalidInputException UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
      );
    }
    await put(allow("*"));
    await insider.send(new ListRootsCommand({}));
    expect(
      await codesOf(
        insider.send(new CloseAccountCommand({ AccountId: member })),
        insider.send(new EnableAWSServiceAccessCommand(CONFIG)),
        insider.send(new DeleteResourcePolicyCommand({})),
        insider.send(new DeleteOrganizationCommand({})),
        insider.send(
          new PutResourcePolicyCommand({ Content: JSON.stringify({ Statement: [allow("*")] }) }),
        ),
      ),
    ).toEqual(["AccessDeniedException"]);
  });

  test("denies the management account's users too", async () => {
    await put({ ...allow("organizations:ListRoots"), Effect: "Deny", Principal: "*" });
    const reader = await user(installation, "reader", {
      Effect: "Allow",
      Action: "organizations:*",
      Resource: "*",
    });
    const client = installation.organizationsAs(reader);
    expect((await refusal(client.send(new ListRootsCommand({})))).code).toBe(
      "AccessDeniedException",
    );
    await client.send(new ListAccountsCommand({}));
  });

  test("is a policy with principals", async () => {
    for (const Content of [
      "{",
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*" }] }),
    ]) {
      const wrong = organizations.send(new PutResourcePolicyCommand({ Content }));
      expect(await reasonOf(wrong)).toBe("InvalidInputException INVALID_RESOURCE_POLICY_JSON");
    }
    await organizations.send(new DeleteResourcePolicyCommand({}));
    expect(await reasonOf(organizations.send(new DescribeResourcePolicyCommand({})))).toBe(
      "ResourcePolicyNotFoundException",
    );
  });
});

test("no account has an effective policy, since no management policy is offered", async () => {
  const describeEffective = (client: OrganizationsClient, TargetId?: string) =>
    reasonOf(
      client.send(new DescribeEffectivePolicyCommand({ PolicyType: "TAG_POLICY", TargetId })),
    );
  expect(await describeEffective(organizations, member)).toBe("EffectivePolicyNotFoundException");
  expect(await describeEffective(organizations)).toBe("EffectivePolicyNotFoundException");
  expect(await describeEffective(insider)).toBe("EffectivePolicyNotFoundException");
  expect(await describeEffective(insider, installation.account)).toBe("AccessDeniedException");
  expect(await describeEffective(organizations, "999999999999")).toBe("TargetNotFoundException");
});
