import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../../api/clients.ts";
import { attachedToUser, groupsOf } from "../../permissions/permission-sources.ts";
import type { Write } from "../../writes/use-writes.ts";

const GONE = ["NoSuchEntity"];

/**
 * Everything that goes with a user, as the calls that remove it: IAM refuses to delete a user that
 * still has something. @throws when a part of it may not be read
 */
export async function deletionOf(UserName: string): Promise<readonly Write[]> {
  const [keys, devices, password, groups, attached, inline, ssh, certificates, services, user] =
    await Promise.all([
      iam(new ListAccessKeysCommand({ UserName })),
      iam(new ListMFADevicesCommand({ UserName })),
      hasPassword(UserName),
      groupsOf(UserName),
      attachedToUser(UserName),
      iam(new ListUserPoliciesCommand({ UserName })),
      iam(new ListSSHPublicKeysCommand({ UserName })),
      iam(new ListSigningCertificatesCommand({ UserName })),
      iam(new ListServiceSpecificCredentialsCommand({ UserName })),
      iam(new GetUserCommand({ UserName })),
    ]);
  const writes: Write[] = [];
  const add = (label: string, command: Write["command"]) =>
    writes.push({ label, command, doneWhen: GONE });
  for (const { AccessKeyId = "" } of keys.AccessKeyMetadata ?? [])
    add(`Delete access key ${AccessKeyId}`, new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  if (password) add("Delete the password", new DeleteLoginProfileCommand({ UserName }));
  for (const { SerialNumber = "" } of devices.MFADevices ?? []) {
    add(
      `Deactivate MFA device ${SerialNumber}`,
      new DeactivateMFADeviceCommand({ UserName, SerialNumber }),
    );
    if (SerialNumber.startsWith("arn:"))
      add(`Delete MFA device ${SerialNumber}`, new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  }
  for (const { SSHPublicKeyId = "" } of ssh.SSHPublicKeys ?? [])
    add(
      `Delete SSH public key ${SSHPublicKeyId}`,
      new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }),
    );
  for (const { CertificateId = "" } of certificates.Certificates ?? [])
    add(
      `Delete signing certificate ${CertificateId}`,
      new DeleteSigningCertificateCommand({ UserName, CertificateId }),
    );
  for (const { ServiceSpecificCredentialId = "" } of services.ServiceSpecificCredentials ?? [])
    add(
      `Delete service-specific credential ${ServiceSpecificCredentialId}`,
      new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
    );
  for (const GroupName of groups)
    add(`Remove from group ${GroupName}`, new RemoveUserFromGroupCommand({ UserName, GroupName }));
  for (const PolicyArn of attached)
    add(`Detach policy ${PolicyArn}`, new DetachUserPolicyCommand({ UserName, PolicyArn }));
  for (const PolicyName of inline.PolicyNames ?? [])
    add(
      `Delete inline policy ${PolicyName}`,
      new DeleteUserPolicyCommand({ UserName, PolicyName }),
    );
  if (user.User?.PermissionsBoundary)
    add("Remove the permissions boundary", new DeleteUserPermissionsBoundaryCommand({ UserName }));
  add(`Delete user ${UserName}`, new DeleteUserCommand({ UserName }));
  return writes;
}

async function hasPassword(UserName: string): Promise<boolean> {
  try {
    await iam(new GetLoginProfileCommand({ UserName }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("NoSuchEntity")) return false;
    throw error;
  }
}
