import {
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  ListOrganizationsFeaturesCommand,
} from "@aws-sdk/client-iam";
import * as sdk from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/sts-installation.ts";

/** What the resources `aws_organizations_*` of Terraform's provider call, in its order. */
let installation: TestInstallation;
let organizations: sdk.OrganizationsClient;
let rootId: string;
let member: string;
beforeAll(async () => {
  installation = await startInstallation();
  organizations = installation.organizations;
});
afterAll(() => installation.stop());

const SERVICES = ["cloudtrail.amazonaws.com", "iam.amazonaws.com"];
const codeOf = async (sent: Promise<unknown>) => (await refusal(sent)).code;

/** As `aws_organizations_organization` refreshes. */
async function readOrganization() {
  const { Organization } = await organizations.send(new sdk.DescribeOrganizationCommand({}));
  const { Accounts = [] } = await organizations.send(new sdk.ListAccountsCommand({}));
  const { Roots = [] } = await organizations.send(new sdk.ListRootsCommand({}));
  const { EnabledServicePrincipals = [] } = await organizations.send(
    new sdk.ListAWSServiceAccessForOrganizationCommand({}),
  );
  return {
    featureSet: Organization?.FeatureSet,
    accounts: Accounts.map(({ Id }) => Id),
    rootId: Roots[0]?.Id ?? "",
    policyTypes: Roots[0]?.PolicyTypes?.map(({ Type }) => Type),
    services: EnabledServicePrincipals.map(({ ServicePrincipal }) => ServicePrincipal),
  };
}

describe("Terraform", () => {
  it("makes an organization with service access and a policy type", async () => {
    await organizations.send(new sdk.CreateOrganizationCommand({ FeatureSet: "ALL" }));
    for (const ServicePrincipal of SERVICES)
      await organizations.send(new sdk.EnableAWSServiceAccessCommand({ ServicePrincipal }));
    const { Roots } = await organizations.send(new sdk.ListRootsCommand({}));
    rootId = Roots?.[0]?.Id ?? "";
    const PolicyType = "SERVICE_CONTROL_POLICY";
    await organizations.send(new sdk.EnablePolicyTypeCommand({ RootId: rootId, PolicyType }));
    expect(await readOrganization()).toEqual({
      featureSet: "ALL",
      accounts: [installation.account],
      rootId,
      policyTypes: [PolicyType],
      services: SERVICES,
    });
  });

  it("makes an account in a unit, and finds its parent and tags", async () => {
    const Tags = [{ Key: "env", Value: "test" }];
    const { CreateAccountStatus } = await organizations.send(
      new sdk.CreateAccountCommand({ AccountName: "a", Email: "a@a.example", Tags }),
    );
    const { CreateAccountStatus: status } = await organizations.send(
      new sdk.DescribeCreateAccountStatusCommand({
        CreateAccountRequestId: CreateAccountStatus?.Id,
      }),
    );
    member = status?.AccountId ?? "";
    const { OrganizationalUnit } = await organizations.send(
      new sdk.CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "unit" }),
    );
    const DestinationParentId = OrganizationalUnit?.Id ?? "";
    await organizations.send(
      new sdk.MoveAccountCommand({
        AccountId: member,
        SourceParentId: rootId,
        DestinationParentId,
      }),
    );
    const { Parents } = await organizations.send(new sdk.ListParentsCommand({ ChildId: member }));
    expect(Parents?.[0]?.Id).toBe(DestinationParentId);
    const { Tags: listed } = await organizations.send(
      new sdk.ListTagsForResourceCommand({ ResourceId: member }),
    );
    expect(listed).toEqual(Tags);
  });

  it("makes and removes a delegated administrator", async () => {
    const [ServicePrincipal = ""] = SERVICES;
    const named = { AccountId: member, ServicePrincipal };
    const find = async () => {
      const { DelegatedAdministrators } = await organizations.send(
        new sdk.ListDelegatedAdministratorsCommand({ ServicePrincipal }),
      );
      return DelegatedAdministrators?.find(({ Id }) => Id === member);
    };
    await organizations.send(new sdk.RegisterDelegatedAdministratorCommand(named));
    expect(await find()).toMatchObject({ Id: member, Name: "a", Status: "ACTIVE" });
    await organizations.send(new sdk.DeregisterDelegatedAdministratorCommand(named));
    expect(await find()).toBeUndefined();
  });

  it("makes, reads and deletes the resource policy", async () => {
    const Content = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DelegatingNecessaryDescribeListActions",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${member}:root` },
          Action: ["organizations:DescribeAccount", "organizations:ListRoots"],
          Resource: "*",
        },
      ],
    });
    await organizations.send(new sdk.PutResourcePolicyCommand({ Content }));
    const { ResourcePolicy } = await organizations.send(new sdk.DescribeResourcePolicyCommand({}));
    expect(ResourcePolicy?.Content).toBe(Content);
    const ResourceId = ResourcePolicy?.ResourcePolicySummary?.Id;
    const { Tags } = await organizations.send(new sdk.ListTagsForResourceCommand({ ResourceId }));
    expect(Tags).toEqual([]);
    await organizations.send(new sdk.DeleteResourcePolicyCommand({}));
    expect(await codeOf(organizations.send(new sdk.DescribeResourcePolicyCommand({})))).toBe(
      "ResourcePolicyNotFoundException",
    );
  });

  it("enables and disables centralized root access", async () => {
    const { iam } = installation;
    await iam.send(new EnableOrganizationsRootSessionsCommand({}));
    await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}));
    const listed = async () =>
      (await iam.send(new ListOrganizationsFeaturesCommand({}))).EnabledFeatures;
    expect(await listed()).toEqual(["RootCredentialsManagement", "RootSessions"]);
    await iam.send(new DisableOrganizationsRootSessionsCommand({}));
    expect(await listed()).toEqual(["RootCredentialsManagement"]);
  });

  it("removes an account only by closing it, and then the organization", async () => {
    const AccountId = member;
    expect(
      await codeOf(organizations.send(new sdk.RemoveAccountFromOrganizationCommand({ AccountId }))),
    ).toBe("ConstraintViolationException");
    await organizations.send(new sdk.CloseAccountCommand({ AccountId }));
    const { Account } = await organizations.send(new sdk.DescribeAccountCommand({ AccountId }));
    expect(Account?.Status).toBe("SUSPENDED");
    for (const ServicePrincipal of SERVICES)
      await organizations.send(new sdk.DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect((await readOrganization()).services).toEqual([]);
    expect(await codeOf(organizations.send(new sdk.DeleteOrganizationCommand({})))).toBe(
      "OrganizationNotEmptyException",
    );
  });
});
