import {
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateGroupCommand,
  UpdateServerCertificateCommand,
  UpdateUserCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { allow, document, user } from "../../support/people.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const arn = (resource: string) => `arn:aws:iam::${here.account}:${resource}`;
const sentence = (answer: Promise<unknown>) =>
  answer.then(
    () => "done",
    (error: Error) => error.message,
  );

describe("IAM API/UpdateUser, UpdateGroup, UpdateServerCertificate: a new name or path", () => {
  it("needs the permission on what it is called now and on what it will be called", async () => {
    const { certificate, privateKey } = makeCertificate("x");
    await here.iam.send(new CreateUserCommand({ UserName: "ann", Path: "/dev/" }));
    await here.iam.send(new CreateGroupCommand({ GroupName: "ann", Path: "/dev/" }));
    await here.iam.send(
      new UploadServerCertificateCommand({
        ServerCertificateName: "ann",
        Path: "/dev/",
        CertificateBody: certificate,
        PrivateKey: privateKey,
      }),
    );
    const own = ["user", "group", "server-certificate"].map((kind) => arn(`${kind}/dev/*`));
    const actions = ["iam:UpdateUser", "iam:UpdateGroup", "iam:UpdateServerCertificate"];
    const renamer = here.iamAs(await user(here, "renamer", allow(actions, own)));
    const changes = (name: string, path: string): readonly Promise<unknown>[] => [
      renamer.send(new UpdateUserCommand({ UserName: "ann", NewUserName: name, NewPath: path })),
      renamer.send(new UpdateGroupCommand({ GroupName: "ann", NewGroupName: name, NewPath: path })),
      renamer.send(
        new UpdateServerCertificateCommand({
          ServerCertificateName: "ann",
          NewServerCertificateName: name,
          NewPath: path,
        }),
      ),
    ];
    const refused = await Promise.all(changes("boss", "/admin/").map(sentence));
    expect(refused).toEqual(
      ["user", "group", "server-certificate"].map((kind, at) =>
        expect.stringContaining(
          `is not authorized to perform: ${actions[at]} on resource: ${arn(`${kind}/admin/boss`)} because`,
        ),
      ),
    );
    expect(await Promise.all(changes("anna", "/dev/").map(sentence))).toEqual([
      "done",
      "done",
      "done",
    ]);
  });
});

describe("IAM UG/reference_policies_elements_principal: a trust policy keeps unique ids", () => {
  it("so no user escapes a deny, or loses trust, by a new name", async () => {
    const role = async (name: string, ...statements: readonly object[]) => {
      const made = await here.iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: document(...statements),
        }),
      );
      return made.Role?.Arn;
    };
    const credentials = await user(here, "eve", allow("*"));
    const eve = { Principal: { AWS: arn("user/eve") }, Action: "sts:AssumeRole" };
    const everyone = { Principal: { AWS: here.account }, Action: "sts:AssumeRole" };
    const closed = await role(
      "closed",
      { Effect: "Allow", ...everyone },
      { Effect: "Deny", ...eve },
    );
    const open = await role("open", { Effect: "Allow", ...eve });
    const assume = (RoleArn: string | undefined, as = credentials) =>
      sentence(here.stsAs(as).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "one" })));
    const denied = expect.stringContaining("with an explicit deny in a role trust policy");
    expect([await assume(closed), await assume(open)]).toEqual([denied, "done"]);

    await here.iam.send(new UpdateUserCommand({ UserName: "eve", NewUserName: "mallory" }));
    expect([await assume(closed), await assume(open)]).toEqual([denied, "done"]);

    const another = await user(here, "eve", allow("*"));
    expect(await assume(closed, another)).toBe("done");
    expect(await assume(open, another)).toContain("because no role trust policy allows");
  });
});

describe("a role that trusts a user", () => {
  const trusting = (principal: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" }],
    });
  const shown = async (RoleName: string) => {
    const { Role } = await here.iam.send(new GetRoleCommand({ RoleName }));
    const { Roles } = await here.iam.send(new ListRolesCommand({}));
    const listed = Roles?.find((role) => role.RoleName === RoleName);
    expect(listed?.AssumeRolePolicyDocument).toBe(Role?.AssumeRolePolicyDocument);
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  };

  it("shows its present ARN when it is renamed or moved, which can be put back as shown", async () => {
    const RoleName = "trusting";
    await here.iam.send(new CreateUserCommand({ UserName: "before" }));
    await here.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting(arn("user/before")) }),
    );
    const rename = (UserName: string, NewUserName: string, NewPath?: string) =>
      here.iam.send(new UpdateUserCommand({ UserName, NewUserName, NewPath }));
    await rename("before", "after", "/moved/");
    expect(await shown(RoleName)).toBe(trusting(arn("user/moved/after")));
    // Somebody else who takes the old name is not the one who is trusted.
    await here.iam.send(new CreateUserCommand({ UserName: "before" }));
    expect(await shown(RoleName)).toBe(trusting(arn("user/moved/after")));
    await here.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: await shown(RoleName) }),
    );
    await rename("after", "last");
    expect(await shown(RoleName)).toBe(trusting(arn("user/moved/last")));
    await here.iam.send(new DeleteUserCommand({ UserName: "before" }));
    await rename("last", "before", "/");
    expect(await shown(RoleName)).toBe(trusting(arn("user/before")));
    const { User } = await here.iam.send(new GetUserCommand({ UserName: "before" }));
    await here.iam.send(new DeleteUserCommand({ UserName: "before" }));
    expect(await shown(RoleName)).toBe(trusting(User?.UserId ?? ""));
  });
});
