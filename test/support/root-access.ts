import {
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations";

export const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });

/** A member account. @returns its id */
export async function openMember(
  organizations: OrganizationsClient,
  name: string,
  email = `root@${name}.example`,
): Promise<string> {
  const { CreateAccountStatus: status } = await organizations.send(
    new CreateAccountCommand({ AccountName: name, Email: email }),
  );
  return status?.AccountId ?? "";
}

/** An organization that has enabled all of centralized root access. */
export async function enableRootAccess(
  organizations: OrganizationsClient,
  iam: IAMClient,
): Promise<void> {
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  await organizations.send(
    new EnableAWSServiceAccessCommand({ ServicePrincipal: "iam.amazonaws.com" }),
  );
  await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}));
  await iam.send(new EnableOrganizationsRootSessionsCommand({}));
}
