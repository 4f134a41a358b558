import {
  CreateAnalyzerCommand,
  GetFindingV2Command,
  ListFindingsV2Command,
  UpdateFindingsCommand,
} from "@aws-sdk/client-accessanalyzer";
import { CreateRoleCommand, CreateUserCommand, type IAMClient } from "@aws-sdk/client-iam";
import {
  DeregisterDelegatedAdministratorCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { advanceDays, startClock, stopClock } from "../../support/clock.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { openOrganization, type Tenant } from "../../support/tenant.ts";

const SERVICE = { ServicePrincipal: "access-analyzer.amazonaws.com" };

let at: TestInstallation;
let organizationId: string;
let security: Tenant;
let shop: Tenant;

const trust = (AWS: string, Condition: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", Condition },
  });
const addRole = (iam: IAMClient, RoleName: string, document: string) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
const create = (client = at.analyzer, type = "ORGANIZATION", analyzerName = "all") =>
  client.send(new CreateAnalyzerCommand({ analyzerName, type: type as "ORGANIZATION" }));
const NEEDS = (type: string) => ({
  name: "ValidationException",
  reason: "fieldValidationFailed",
  message: `An analyzer of type ${type} needs an organization, and its management account or a delegated administrator of Access Analyzer.`,
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
});

beforeAll(async () => {
  at = await startInstallation();
  await expect(create()).rejects.toMatchObject(NEEDS("ORGANIZATION"));
  const { open } = await openOrganization(at);
  security = await open("security");
  shop = await open("shop");
  const { Organization } = await at.organizations.send(new DescribeOrganizationCommand({}));
  organizationId = Organization?.Id ?? "";
  const iam = at.iamAs(shop.admin);
  await addRole(iam, "Partner", trust("222222222222"));
  await addRole(iam, "Sister", trust(security.id));
  await addRole(
    iam,
    "Everyone-here",
    trust("*", { StringEquals: { "aws:PrincipalOrgID": organizationId } }),
  );
  await addRole(
    iam,
    "Everyone-there",
    trust("*", { StringEquals: { "aws:PrincipalOrgID": "o-elsewhere01" } }),
  );
}, 60_000);
afterEach(startClock);
afterAll(() => at.stop());

describe("an analyzer of an organization", () => {
  test("finds who is let in from outside of it, in all of its accounts", async () => {
    await addRole(at.iam, "Supplier", trust("333333333333"));
    const { arn: analyzerArn } = await create();
    const { findings = [] } = await at.analyzer.send(new ListFindingsV2Command({ analyzerArn }));
    const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
    expect(findings.map(({ resource }) => resource).sort()).toEqual(
      [
        role(at.account, "Supplier"),
        role(shop.id, "Everyone-there"),
        role(shop.id, "Partner"),
      ].sort(),
    );
    const partner = findings.find(({ resource }) => resource === role(shop.id, "Partner"));
    expect(partner).toMatchObject({
      findingType: "ExternalAccess",
      resourceOwnerAccount: shop.id,
    });
    const shown = await at.analyzer.send(new GetFindingV2Command({ analyzerArn, id: partner?.id }));
    expect(shown.resourceOwnerAccount).toBe(shop.id);
    const filter = { resourceOwnerAccount: { eq: [at.account] } };
    const own = await at.analyzer.send(new ListFindingsV2Command({ analyzerArn, filter }));
    expect(own.findings?.map(({ resource }) => resource)).toEqual([role(at.account, "Supplier")]);
  });

  test("of one account calls the organization's other accounts external", async () => {
    const client = at.analyzerAs(shop.admin);
    const { arn: analyzerArn } = await create(client, "ACCOUNT", "own");
    const { findings = [] } = await client.send(new ListFindingsV2Command({ analyzerArn }));
    expect(findings.map(({ resource }) => resource?.split("/")[1]).sort()).toEqual([
      "Everyone-here",
      "Everyone-there",
      "OrganizationAccountAccessRole",
      "Partner",
      "Sister",
    ]);
  });

  test("finds unused access in all accounts", async () => {
    stopClock();
    await at.iamAs(shop.admin).send(new CreateUserCommand({ UserName: "idle" }));
    advanceDays(100);
    // Of the analyzer's account, whose root user has no session that ends.
    const { arn: analyzerArn } = await create(at.analyzer, "ORGANIZATION_UNUSED_ACCESS", "unused");
    const filter = { resourceOwnerAccount: { eq: [shop.id] } };
    const { findings = [] } = await at.analyzer.send(
      new ListFindingsV2Command({ analyzerArn, filter }),
    );
    expect(findings.map(({ resource }) => resource?.split("/")[1])).toContain("Partner");
    expect(findings.every(({ findingType }) => findingType?.startsWith("Unused"))).toBe(true);
  });
});

describe("a member account", () => {
  test("has none of the organization's", async () => {
    for (const type of ["ORGANIZATION", "ORGANIZATION_UNUSED_ACCESS"])
      await expect(create(at.analyzerAs(shop.admin), type)).rejects.toMatchObject(NEEDS(type));
  });

  test("has them as delegated administrator, and no longer than it is that", async () => {
    await at.organizations.send(new EnableAWSServiceAccessCommand(SERVICE));
    const delegated = { AccountId: security.id, ...SERVICE };
    await at.organizations.send(new RegisterDelegatedAdministratorCommand(delegated));
    const client = at.analyzerAs(security.admin);
    const { arn: analyzerArn } = await create(client);
    const list = () => client.send(new ListFindingsV2Command({ analyzerArn }));
    const { findings = [] } = await list();
    expect(findings.map(({ resourceOwnerAccount }) => resourceOwnerAccount)).toContain(shop.id);
    await at.organizations.send(new DeregisterDelegatedAdministratorCommand(delegated));
    const refusal = {
      name: "AccessDeniedException",
      message:
        "The account is no longer the organization's management account or a delegated administrator of Access Analyzer. Delete the analyzer all.",
    };
    const [id = ""] = findings.map((finding) => finding.id);
    await expect(list()).rejects.toMatchObject(refusal);
    await expect(client.send(new GetFindingV2Command({ analyzerArn, id }))).rejects.toMatchObject(
      refusal,
    );
    await expect(
      client.send(new UpdateFindingsCommand({ analyzerArn, ids: [id], status: "ARCHIVED" })),
    ).rejects.toMatchObject(refusal);
  });
});
