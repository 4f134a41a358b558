import { ListOrganizationsFeaturesCommand } from "@aws-sdk/client-iam";
import {
  CloseAccountCommand,
  CreateOrganizationCommand,
  DeleteOrganizationCommand,
  DescribeResourcePolicyCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  OrganizationsClient,
  PutResourcePolicyCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import { removeMember } from "@portcullis/iam/account-removal";
import { atomically } from "@portcullis/iam/unit-of-work";
import { beforeAll, expect, it } from "vitest";
import { enableRootAccess, openMember } from "../../support/root-access.ts";
import { ACCOUNT, refusal, stsInstallation } from "../../support/sts-installation.ts";

/** What an organization keeps of what has ended: nothing. */
const here = stsInstallation();
let organizations: OrganizationsClient;
beforeAll(() => {
  organizations = new OrganizationsClient({
    endpoint: here.url(),
    region: "us-east-1",
    credentials: here.root(),
  });
});

const ServicePrincipal = "iam.amazonaws.com";

it("a purged account administers no service any more", async () => {
  await enableRootAccess(organizations, here.iam());
  const AccountId = await openMember(organizations, "tenant");
  await organizations.send(
    new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }),
  );
  await organizations.send(new CloseAccountCommand({ AccountId }));
  const disable = () =>
    organizations.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
  expect((await refusal(disable())).code).toBe("ConstraintViolationException");
  await atomically(here.store(), (unit) =>
    removeMember({ unit, settings: { managementAccount: ACCOUNT } }, AccountId),
  );
  const { DelegatedAdministrators } = await organizations.send(
    new ListDelegatedAdministratorsCommand({}),
  );
  expect(DelegatedAdministrators).toEqual([]);
  await disable();
});

it("a new organization has nothing of the one before", async () => {
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await organizations.send(
    new PutResourcePolicyCommand({
      Content: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { AWS: ACCOUNT },
          Action: "organizations:ListRoots",
          Resource: "*",
        },
      }),
    }),
  );
  await organizations.send(new DeleteOrganizationCommand({}));
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { EnabledServicePrincipals } = await organizations.send(
    new ListAWSServiceAccessForOrganizationCommand({}),
  );
  expect(EnabledServicePrincipals).toEqual([]);
  expect((await refusal(organizations.send(new DescribeResourcePolicyCommand({})))).code).toBe(
    "ResourcePolicyNotFoundException",
  );
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  const { EnabledFeatures } = await here.iam().send(new ListOrganizationsFeaturesCommand({}));
  expect(EnabledFeatures).toEqual([]);
});
