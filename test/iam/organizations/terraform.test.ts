import { generateKeyPairSync } from "node:crypto";
import * as sdk from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { enableDevice } from "../../support/mfa-code.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

/**
 * What Terraform's `aws` provider calls, in its order: after a creation it reads back what it made,
 * each part by a call of its own; before a deletion it lists and removes whatever would stand in
 * the way; a `NoSuchEntity` is how it learns that something is gone.
 */
let test: TestInstallation;
let iam: sdk.IAMClient;
beforeAll(async () => {
  test = await startInstallation();
  iam = test.iam;
});
afterAll(() => test.stop());

const UserName = "deployer";
const RoleName = "runner";
const gone = { code: "NoSuchEntity", status: 404 };
const TRUST = roleTrust({ Service: "ec2.amazonaws.com" });

describe("Terraform", () => {
  it("makes a user, reads it back, changes it in place", async () => {
    const Tags = [{ Key: "env", Value: "test" }];
    const PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    await iam.send(
      new sdk.CreateUserCommand({ UserName, Path: "/ci/", Tags, PermissionsBoundary }),
    );
    const { User } = await iam.send(new sdk.GetUserCommand({ UserName }));
    expect(User).toMatchObject({
      UserName,
      Path: "/ci/",
      Tags,
      PermissionsBoundary: { PermissionsBoundaryArn: PermissionsBoundary },
    });
    const renamed = { UserName, NewUserName: UserName, NewPath: "/cd/" };
    await iam.send(new sdk.UpdateUserCommand(renamed));
    await iam.send(new sdk.DeleteUserPermissionsBoundaryCommand({ UserName }));
    await iam.send(new sdk.UntagUserCommand({ UserName, TagKeys: ["env"] }));
    await iam.send(new sdk.TagUserCommand({ UserName, Tags: [{ Key: "env", Value: "prod" }] }));
    expect((await iam.send(new sdk.GetUserCommand({ UserName }))).User).toEqual({
      UserName,
      Path: "/cd/",
      UserId: User?.UserId,
      Arn: `arn:aws:iam::${test.account}:user/cd/${UserName}`,
      CreateDate: User?.CreateDate,
      Tags: [{ Key: "env", Value: "prod" }],
    });
  });

  it("takes away every credential of a user with `force_destroy`, and then the user", async () => {
    const { certificate } = makeCertificate("deployer");
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const SSHPublicKeyBody = publicKey.export({ type: "spki", format: "pem" }).toString();
    await iam.send(new sdk.CreateGroupCommand({ GroupName: "deployers" }));
    await iam.send(new sdk.AddUserToGroupCommand({ UserName, GroupName: "deployers" }));
    await iam.send(new sdk.CreateAccessKeyCommand({ UserName }));
    await iam.send(new sdk.CreateLoginProfileCommand({ UserName, Password: "Generated-by-me-1" }));
    await iam.send(new sdk.UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
    await iam.send(
      new sdk.UploadSigningCertificateCommand({ UserName, CertificateBody: certificate }),
    );
    const ServiceName = "codecommit.amazonaws.com";
    await iam.send(new sdk.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
    await enableDevice(iam, "deployer", UserName);

    const { Groups = [] } = await iam.send(new sdk.ListGroupsForUserCommand({ UserName }));
    for (const { GroupName } of Groups)
      await iam.send(new sdk.RemoveUserFromGroupCommand({ UserName, GroupName }));
    const { AccessKeyMetadata = [] } = await iam.send(new sdk.ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata)
      await iam.send(new sdk.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    const { SSHPublicKeys = [] } = await iam.send(new sdk.ListSSHPublicKeysCommand({ UserName }));
    for (const { SSHPublicKeyId } of SSHPublicKeys)
      await iam.send(new sdk.DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
    const assigned = { AssignmentStatus: sdk.AssignmentStatusType.Assigned };
    const { VirtualMFADevices = [] } = await iam.send(
      new sdk.ListVirtualMFADevicesCommand(assigned),
    );
    for (const { SerialNumber, User } of VirtualMFADevices) {
      expect(User?.UserName).toBe(UserName);
      await iam.send(new sdk.DeactivateMFADeviceCommand({ UserName, SerialNumber }));
      await iam.send(new sdk.DeleteVirtualMFADeviceCommand({ SerialNumber }));
    }
    expect((await iam.send(new sdk.ListMFADevicesCommand({ UserName }))).MFADevices).toEqual([]);
    await iam.send(new sdk.DeleteLoginProfileCommand({ UserName }));
    expect(await refusal(iam.send(new sdk.DeleteLoginProfileCommand({ UserName })))).toMatchObject(
      gone,
    );
    const { Certificates = [] } = await iam.send(
      new sdk.ListSigningCertificatesCommand({ UserName }),
    );
    for (const { CertificateId } of Certificates)
      await iam.send(new sdk.DeleteSigningCertificateCommand({ UserName, CertificateId }));
    const listed = await iam.send(new sdk.ListServiceSpecificCredentialsCommand({ UserName }));
    for (const { ServiceSpecificCredentialId } of listed.ServiceSpecificCredentials ?? []) {
      const credential = { UserName, ServiceSpecificCredentialId };
      await iam.send(new sdk.DeleteServiceSpecificCredentialCommand(credential));
    }
    await iam.send(new sdk.DeleteUserCommand({ UserName }));
    const counts = [Groups, AccessKeyMetadata, SSHPublicKeys, VirtualMFADevices, Certificates];
    expect(counts.map((list) => list.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it("learns that a user is gone from every call that it refreshes a user's parts with", async () => {
    const calls = [
      () => iam.send(new sdk.GetUserCommand({ UserName })),
      () => iam.send(new sdk.ListUserTagsCommand({ UserName })),
      () => iam.send(new sdk.GetLoginProfileCommand({ UserName })),
      () => iam.send(new sdk.ListAccessKeysCommand({ UserName })),
      () => iam.send(new sdk.GetUserPolicyCommand({ UserName, PolicyName: "p" })),
      () => iam.send(new sdk.ListAttachedUserPoliciesCommand({ UserName })),
      () => iam.send(new sdk.ListGroupsForUserCommand({ UserName })),
      () => iam.send(new sdk.ListServiceSpecificCredentialsCommand({ UserName })),
      () => iam.send(new sdk.DeleteUserCommand({ UserName })),
    ];
    for (const call of calls) expect(await refusal(call())).toMatchObject(gone);
  });

  it("makes a role with policies, and takes it apart", async () => {
    await iam.send(new sdk.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    const { Role } = await iam.send(new sdk.GetRoleCommand({ RoleName }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual(
      JSON.parse(TRUST),
    );
    const { Policy } = await iam.send(
      new sdk.CreatePolicyCommand({
        PolicyName: "run",
        PolicyDocument: policy("Allow", "orders:*"),
      }),
    );
    const PolicyArn = Policy?.Arn;
    const { Policy: read } = await iam.send(new sdk.GetPolicyCommand({ PolicyArn }));
    const version = { PolicyArn, VersionId: read?.DefaultVersionId };
    const { PolicyVersion } = await iam.send(new sdk.GetPolicyVersionCommand(version));
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).toBe(policy("Allow", "orders:*"));
    // A fifth version makes it delete the oldest first.
    for (let number = 2; number <= 5; number++) {
      const PolicyDocument = policy("Allow", `orders:V${number}`);
      await iam.send(
        new sdk.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
      );
    }
    const { Versions = [] } = await iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions.filter((one) => one.IsDefaultVersion)).toMatchObject([{ VersionId: "v5" }]);
    await iam.send(new sdk.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(
      new sdk.PutRolePolicyCommand({
        RoleName,
        PolicyName: "own",
        PolicyDocument: policy("Allow", "orders:*"),
      }),
    );
    const InstanceProfileName = "runners";
    await iam.send(new sdk.CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new sdk.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));

    const { InstanceProfiles } = await iam.send(
      new sdk.ListInstanceProfilesForRoleCommand({ RoleName }),
    );
    expect(InstanceProfiles).toMatchObject([{ InstanceProfileName, Roles: [{ RoleName }] }]);
    await iam.send(new sdk.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await iam.send(new sdk.DeleteInstanceProfileCommand({ InstanceProfileName }));
    const { AttachedPolicies = [] } = await iam.send(
      new sdk.ListAttachedRolePoliciesCommand({ RoleName }),
    );
    for (const one of AttachedPolicies)
      await iam.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn: one.PolicyArn }));
    const { PolicyNames = [] } = await iam.send(new sdk.ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames)
      await iam.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new sdk.DeleteRoleCommand({ RoleName }));
    for (const { VersionId, IsDefaultVersion } of Versions) {
      if (IsDefaultVersion) continue;
      await iam.send(new sdk.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    }
    await iam.send(new sdk.DeletePolicyCommand({ PolicyArn }));

    const calls = [
      () => iam.send(new sdk.GetRoleCommand({ RoleName })),
      () => iam.send(new sdk.ListInstanceProfilesForRoleCommand({ RoleName })),
      () => iam.send(new sdk.GetRolePolicyCommand({ RoleName, PolicyName: "own" })),
      () => iam.send(new sdk.ListAttachedRolePoliciesCommand({ RoleName })),
      () => iam.send(new sdk.GetInstanceProfileCommand({ InstanceProfileName })),
      () => iam.send(new sdk.GetPolicyCommand({ PolicyArn })),
      () => iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn })),
    ];
    for (const call of calls) expect(await refusal(call())).toMatchObject(gone);
  });
});
