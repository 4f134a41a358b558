import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import type { TestInstallation } from "../../support/harness.ts";

/** What was made, by its ids. */
export interface SeededOrganization {
  readonly rootId: string;
  readonly unit: (parentId: string, name: string) => Promise<string>;
  readonly member: (name: string, parentId?: string) => Promise<string>;
  readonly policy: (name: string, document: object, targets?: readonly string[]) => Promise<string>;
}

/** An organization with service control policies enabled, and functions that fill it. */
export async function seedOrganization({
  organizations,
}: TestInstallation): Promise<SeededOrganization> {
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
  const rootId = Roots[0]?.Id ?? "";
  await organizations.send(
    new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
  );
  let made = 0;
  return {
    rootId,
    async unit(ParentId, Name) {
      const { OrganizationalUnit } = await organizations.send(
        new CreateOrganizationalUnitCommand({ ParentId, Name }),
      );
      return OrganizationalUnit?.Id ?? "";
    },
    async member(AccountName, parentId) {
      const Email = `account-${++made}@example.com`;
      const { CreateAccountStatus } = await organizations.send(
        new CreateAccountCommand({ AccountName, Email }),
      );
      const AccountId = CreateAccountStatus?.AccountId ?? "";
      if (parentId !== undefined)
        await organizations.send(
          new MoveAccountCommand({
            AccountId,
            SourceParentId: rootId,
            DestinationParentId: parentId,
          }),
        );
      return AccountId;
    },
    async policy(Name, document, targets = []) {
      const { Policy } = await organizations.send(
        new CreatePolicyCommand({
          Name,
          Description: `What ${Name} is for`,
          Type: "SERVICE_CONTROL_POLICY",
          Content: JSON.stringify({ Version: "2012-10-17", Statement: [document] }),
        }),
      );
      const PolicyId = Policy?.PolicySummary?.Id ?? "";
      for (const TargetId of targets)
        await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
      return PolicyId;
    },
  };
}

/** Makes a member the administrator of a service that the organization trusts. */
export async function delegateService(
  { organizations }: TestInstallation,
  AccountId: string,
  ServicePrincipal: string,
): Promise<void> {
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await organizations.send(
    new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }),
  );
}
