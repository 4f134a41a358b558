import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  GetGroupCommand,
  GetServerCertificateCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateGroupCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { accessDenied } from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let test: TestInstallation;
let iam: TestInstallation["iam"];
beforeAll(async () => {
  test = await startInstallation();
  await test.iam.send(new CreateUserCommand({ UserName: "ana" }));
  const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
  iam = test.iamAs(credentialsOf(AccessKey));
  await test.iam.send(new CreateUserCommand({ UserName: "bob", Path: "/staff/" }));
  await test.iam.send(new CreateGroupCommand({ GroupName: "writers", Path: "/staff/" }));
  await test.iam.send(new CreateGroupCommand({ GroupName: "admins" }));
});
afterAll(() => test.stop());
beforeEach(() => grant(policy("Deny", "nothing:AtAll")));

const arn = (resource: string) => `arn:aws:iam::${test.account}:${resource}`;
/** Ana's only permissions, from the next request on. */
const grant = (PolicyDocument: string) =>
  test.iam.send(new PutUserPolicyCommand({ UserName: "ana", PolicyName: "only", PolicyDocument }));
const grantIf = (Action: string, Condition: Record<string, Record<string, string>>) =>
  grant(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*", Condition }],
    }),
  );
const denied = (action: string, said: string) =>
  accessDenied(
    `User: ${arn("user/ana")} is not authorized to perform: iam:${action} on resource: ${said} because no identity-based policy allows the iam:${action} action`,
  );

describe("what operations act on, as AWS's sentence names it", () => {
  it("is a full ARN for making and listing, and a name for what exists", async () => {
    const join = new AddUserToGroupCommand({ UserName: "bob", GroupName: "writers" });
    expect(await refusal(iam.send(join))).toEqual(denied("AddUserToGroup", "group writers"));
    const groups = new ListGroupsForUserCommand({ UserName: "bob" });
    expect(await refusal(iam.send(groups))).toEqual(denied("ListGroupsForUser", "user bob"));
    const create = new CreateGroupCommand({ GroupName: "new", Path: "/p/" });
    expect(await refusal(iam.send(create))).toEqual(denied("CreateGroup", arn("group/p/new")));
    expect(await refusal(iam.send(new ListUsersCommand({})))).toEqual(
      denied("ListUsers", arn("user/")),
    );
    expect(await refusal(iam.send(new ListGroupsCommand({})))).toEqual(
      denied("ListGroups", arn("group/")),
    );
    const device = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" });
    expect(await refusal(iam.send(device))).toEqual(
      denied("CreateVirtualMFADevice", arn("mfa/phone")),
    );
    const devices = new ListVirtualMFADevicesCommand({});
    expect(await refusal(iam.send(devices))).toEqual(denied("ListVirtualMFADevices", arn("mfa/")));
  });

  it("is the same for what is not there, so that a refusal tells nothing of it", async () => {
    const none = new GetGroupCommand({ GroupName: "none" });
    expect(await refusal(iam.send(none))).toEqual(denied("GetGroup", "group none"));
    const noCertificate = new GetServerCertificateCommand({ ServerCertificateName: "none" });
    expect((await refusal(iam.send(noCertificate))).code).toBe("AccessDenied");
    const noDevice = new DeleteVirtualMFADeviceCommand({ SerialNumber: arn("mfa/none") });
    expect(await refusal(iam.send(noDevice))).toEqual(
      denied("DeleteVirtualMFADevice", arn("mfa/none")),
    );
  });
});

describe("permissions on one's own part of an account", () => {
  it("hold by the real path, whatever the request's spelling", async () => {
    await grant(policy("Allow", "iam:*", arn("group/staff/*")));
    await iam.send(new AddUserToGroupCommand({ UserName: "bob", GroupName: "WRITERS" }));
    const escalation = new AddUserToGroupCommand({ UserName: "ana", GroupName: "admins" });
    expect(await refusal(iam.send(escalation))).toEqual(denied("AddUserToGroup", "group admins"));
    const update = new UpdateGroupCommand({ GroupName: "admins", NewPath: "/staff/" });
    expect(await refusal(iam.send(update))).toEqual(denied("UpdateGroup", "group admins"));
  });

  it("hold by tags, of the resource and of the request", async () => {
    await test.iam.send(
      new TagUserCommand({ UserName: "bob", Tags: [{ Key: "team", Value: "blue" }] }),
    );
    const tag = (UserName: string, Value: string) =>
      iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "level", Value }] }));
    await grantIf("iam:TagUser", {
      StringEquals: { "iam:ResourceTag/team": "blue", "aws:RequestTag/level": "1" },
    });
    await tag("bob", "1");
    expect((await refusal(tag("bob", "2"))).code).toBe("AccessDenied");
    expect((await refusal(tag("ana", "1"))).code).toBe("AccessDenied");
  });

  it("hold by the boundary of the user that is acted on", async () => {
    const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const put = () =>
      iam.send(
        new PutUserPolicyCommand({
          UserName: "bob",
          PolicyName: "p",
          PolicyDocument: policy("Allow", "s3:*"),
        }),
      );
    const remove = () =>
      iam.send(new DeleteUserPolicyCommand({ UserName: "bob", PolicyName: "p" }));
    await grantIf("iam:*UserPolicy", { StringEquals: { "iam:PermissionsBoundary": boundary } });
    expect((await refusal(put())).code).toBe("AccessDenied");
    await test.iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: "bob", PermissionsBoundary: boundary }),
    );
    await put();
    await remove();
  });

  it("hold for certificates by path and tag", async () => {
    const { certificate, privateKey } = makeCertificate("x");
    const upload = new UploadServerCertificateCommand({
      ServerCertificateName: "x",
      Path: "/web/",
      CertificateBody: certificate,
      PrivateKey: privateKey,
      Tags: [{ Key: "team", Value: "blue" }],
    });
    const get = () => iam.send(new GetServerCertificateCommand({ ServerCertificateName: "X" }));
    expect(await refusal(iam.send(upload))).toEqual(
      denied("UploadServerCertificate", arn("server-certificate/web/x")),
    );
    await grant(policy("Allow", "iam:UploadServerCertificate", arn("server-certificate/web/*")));
    expect((await refusal(iam.send(upload))).message).toContain("iam:TagServerCertificate");
    const both = ["iam:UploadServerCertificate", "iam:TagServerCertificate"];
    await grant(policy("Allow", both, arn("server-certificate/web/*")));
    await iam.send(upload);
    expect((await refusal(get())).code).toBe("AccessDenied");
    await grantIf("iam:GetServerCertificate", { StringEquals: { "aws:ResourceTag/team": "blue" } });
    await get();
  });
});
