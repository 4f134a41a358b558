import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  type IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  deleteConflict,
  limitExceeded,
  malformedDocument,
  noSuchEntity,
} from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const ANYONE_HERE = () => roleTrust({ AWS: account });
const ALLOW_ALL = policy("Allow", "*");
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

const makeRole = (RoleName: string, AssumeRolePolicyDocument = ANYONE_HERE()) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
const trustOf = async (RoleName: string): Promise<unknown> => {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement[0]
    .Principal;
};

describe("trust policies", () => {
  test.each([
    [
      "a trailing comma",
      '{"Version":"2012-10-17","Statement":[],}',
      "This policy contains invalid Json",
    ],
    [
      "a resource",
      () => roleTrust({ AWS: "*" }, { Resource: "*" }),
      "Has prohibited field Resource",
    ],
    [
      "an unknown role",
      roleTrust({ AWS: "arn:aws:iam::100000000000:role/none" }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::100000000000:role/none"',
    ],
    [
      "an unknown user",
      roleTrust({ AWS: ["arn:aws:iam::100000000000:user/x/none"] }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::100000000000:user/x/none"',
    ],
    [
      "a wildcard in an ARN",
      roleTrust({ AWS: "arn:aws:iam::100000000000:user/*" }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::100000000000:user/*"',
    ],
    [
      "an unknown service",
      roleTrust({ Service: "nobody.amazonaws.com" }),
      'Invalid principal in policy: "SERVICE":"nobody.amazonaws.com"',
    ],
    [
      "a provider that is none",
      roleTrust({ Federated: "arn:aws:iam::1:x" }),
      "Federated principals must be valid domain names or SAML metadata ARNs",
    ],
  ])("a document with %s is malformed", async (what, document, message) => {
    const RoleName = what.replaceAll(" ", "-");
    const text = typeof document === "function" ? document() : document;
    expect(await refusal(makeRole("malformed", text))).toEqual(malformedDocument(message));
    await makeRole(RoleName);
    const update = new UpdateAssumeRolePolicyCommand({
      RoleName,
      PolicyDocument: text,
    });
    expect(await refusal(iam.send(update))).toEqual(malformedDocument(message));
  });

  test("principals of every kind are echoed as they were sent", async () => {
    const principal = {
      AWS: ["111111111111", `arn:aws:iam::${account}:root`],
      Service: [
        "lambda.amazonaws.com",
        "email.cognito-idp.amazonaws.com",
        "logs.eu-west-1.amazonaws.com",
      ],
      Federated: ["accounts.google.com", `arn:aws:iam::${account}:oidc-provider/idp.example.com/x`],
    };
    await makeRole("kinds", roleTrust(principal));
    expect(await trustOf("kinds")).toEqual(principal);
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "kinds", PolicyDocument: roleTrust("*") }),
    );
    expect(await trustOf("kinds")).toEqual("*");
  });

  test("who is deleted is shown by unique id, also when the name is taken again", async () => {
    const { User } = await iam.send(new CreateUserCommand({ UserName: "trusted", Path: "/p/" }));
    const { Role } = await makeRole("trusted-role");
    const session = `arn:aws:sts::${account}:assumed-role/trusted-role/me`;
    const principals = { AWS: [User?.Arn, Role?.Arn, session, account] };
    await makeRole("trusting", roleTrust(principals));
    expect(await trustOf("trusting")).toEqual(principals);
    await iam.send(new DeleteUserCommand({ UserName: "trusted" }));
    await iam.send(new DeleteRoleCommand({ RoleName: "trusted-role" }));
    const shown = { AWS: [User?.UserId, Role?.RoleId, `${Role?.RoleId}:me`, account] };
    expect(await trustOf("trusting")).toEqual(shown);
    await iam.send(new CreateUserCommand({ UserName: "trusted", Path: "/p/" }));
    await makeRole("trusted-role");
    expect(await trustOf("trusting")).toEqual(shown);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    const listed = Roles.find(({ RoleName }) => RoleName === "trusting")?.AssumeRolePolicyDocument;
    expect(decodeURIComponent(listed ?? "")).toContain(User?.UserId);
    // What is shown so can't be stored so.
    const again = new UpdateAssumeRolePolicyCommand({
      RoleName: "trusting",
      PolicyDocument: roleTrust({ AWS: User?.UserId }),
    });
    expect(await refusal(iam.send(again))).toEqual(
      malformedDocument(`Invalid principal in policy: "AWS":"${User?.UserId}"`),
    );
  });

  test("an ARN names a user by its whole path and in its own case", async () => {
    await iam.send(new CreateUserCommand({ UserName: "Exact", Path: "/p/" }));
    for (const resource of ["user/Exact", "user/p/exact", "role/p/Exact", "user/p//Exact"]) {
      const arn = `arn:aws:iam::${account}:${resource}`;
      expect(await refusal(makeRole("exacting", roleTrust({ AWS: arn })))).toEqual(
        malformedDocument(`Invalid principal in policy: "AWS":"${arn}"`),
      );
    }
  });

  test("2,048 characters are enough, whitespace not counted", async () => {
    const ids = (count: number) =>
      roleTrust({ AWS: Array.from({ length: count }, (_, index) => String(100000000000 + index)) });
    await makeRole("large", JSON.stringify(JSON.parse(ids(120)), null, 20));
    expect(await refusal(makeRole("larger", ids(140)))).toEqual(
      limitExceeded("Cannot exceed quota for ACLSizePerRole: 2048"),
    );
  });
});

describe("UpdateRole, UpdateRoleDescription, DeleteRole", () => {
  test("a description stays when none is given, a session's duration goes back to the default", async () => {
    await makeRole("updated");
    const update = async (change: object) => {
      await iam.send(new UpdateRoleCommand({ RoleName: "updated", ...change }));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "updated" }));
      return [Role?.Description, Role?.MaxSessionDuration];
    };
    expect(await update({ Description: "one" })).toEqual(["one", 3600]);
    expect(await update({ MaxSessionDuration: 43200 })).toEqual(["one", 43200]);
    expect(await update({ Description: "two" })).toEqual(["two", 3600]);
    const answer = await iam.send(
      new UpdateRoleDescriptionCommand({ RoleName: "updated", Description: "three" }),
    );
    expect(answer.Role).toMatchObject({ RoleName: "updated", Description: "three" });
    expect(
      await refusal(
        iam.send(new UpdateRoleCommand({ RoleName: "updated", MaxSessionDuration: 60 })),
      ),
    ).toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining("'maxSessionDuration' failed to satisfy constraint"),
    });
  });

  test("nobody's role can't be changed or deleted", async () => {
    const missing = noSuchEntity("The role with name gone cannot be found.");
    const RoleName = "gone";
    expect(await refusal(iam.send(new UpdateRoleCommand({ RoleName, Description: "x" })))).toEqual(
      missing,
    );
    expect(
      await refusal(iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: "x" }))),
    ).toEqual(missing);
    expect(
      await refusal(
        iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: ANYONE_HERE() })),
      ),
    ).toEqual(missing);
    expect(await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).toEqual(missing);
  });

  test("a role is deleted once nothing hangs on it; then its name is free and its id is another's never", async () => {
    const { Role } = await makeRole("doomed");
    await iam.send(new AttachRolePolicyCommand({ RoleName: "doomed", PolicyArn: ADMINISTRATOR }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "doomed",
        PolicyName: "inline",
        PolicyDocument: ALLOW_ALL,
      }),
    );
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName: "doomed" }));
    expect(await refusal(remove())).toEqual(
      deleteConflict("Cannot delete entity, must detach all policies first."),
    );
    await iam.send(new DetachRolePolicyCommand({ RoleName: "doomed", PolicyArn: ADMINISTRATOR }));
    expect(await refusal(remove())).toEqual(
      deleteConflict("Cannot delete entity, must delete policies first."),
    );
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "doomed", PolicyName: "inline" }));
    await remove();
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    expect(Roles.map(({ RoleName }) => RoleName)).not.toContain("doomed");
    const { Role: again } = await makeRole("doomed");
    expect(again?.RoleId).not.toBe(Role?.RoleId);
  });
});
