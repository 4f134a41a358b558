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
  alreadyExists,
  deleteConflict,
  limitExceeded,
  malformedDocument,
  noSuchEntity,
} from "../support/expected.ts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { policy, refusal } from "../support/refusal.ts";
import { roleTrust } from "../support/trust.ts";

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

describe("CreateRole, GetRole, ListRoles", () => {
  test("a new role shows neither what was not asked for nor what only GetRole shows", async () => {
    const { Role } = await makeRole("plain");
    expect(Role).toEqual({
      Path: "/",
      RoleName: "plain",
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:role/plain`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encodeURIComponent(ANYONE_HERE()).replace(/\*/g, "%2A"),
    });
    const { Role: got } = await iam.send(new GetRoleCommand({ RoleName: "plain" }));
    expect(got).toEqual({ ...Role, MaxSessionDuration: 3600, RoleLastUsed: {} });
  });

  test("everything that was asked for is kept, and each answer shows its part", async () => {
    const input = {
      RoleName: "Whole",
      Path: "/team/a/",
      AssumeRolePolicyDocument: ANYONE_HERE(),
      Description: "for tests",
      MaxSessionDuration: 7200,
      PermissionsBoundary: ADMINISTRATOR,
      Tags: [{ Key: "Team", Value: "a" }],
    };
    const boundary = { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: ADMINISTRATOR };
    const { Role: made } = await iam.send(new CreateRoleCommand(input));
    expect(made).toMatchObject({
      Arn: `arn:aws:iam::${account}:role/team/a/Whole`,
      Tags: input.Tags,
      PermissionsBoundary: boundary,
    });
    expect(made).not.toHaveProperty("MaxSessionDuration");
    const { Role: got } = await iam.send(new GetRoleCommand({ RoleName: "whole" }));
    expect(got).toMatchObject({
      RoleName: "Whole",
      Description: "for tests",
      MaxSessionDuration: 7200,
      Tags: input.Tags,
      PermissionsBoundary: boundary,
    });
    const { Roles } = await iam.send(new ListRolesCommand({ PathPrefix: "/team" }));
    expect(Roles).toHaveLength(1);
    expect(Roles?.[0]).toMatchObject({
      RoleName: "Whole",
      Description: "for tests",
      MaxSessionDuration: 7200,
    });
    for (const hidden of ["Tags", "PermissionsBoundary", "RoleLastUsed"])
      expect(Roles?.[0]).not.toHaveProperty(hidden);
  });

  test("ListRoles goes through pages, and refuses a marker that it never gave", async () => {
    for (const name of ["page-b", "page-A", "page-c"]) {
      await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: "/pages/",
          AssumeRolePolicyDocument: ANYONE_HERE(),
        }),
      );
    }
    const first = await iam.send(new ListRolesCommand({ PathPrefix: "/pages/", MaxItems: 2 }));
    expect(first.Roles?.map((role) => role.RoleName)).toEqual(["page-A", "page-b"]);
    expect(first.IsTruncated).toBe(true);
    const last = await iam.send(
      new ListRolesCommand({ PathPrefix: "/pages/", Marker: first.Marker }),
    );
    expect(last.Roles?.map((role) => role.RoleName)).toEqual(["page-c"]);
    expect(last).toMatchObject({ IsTruncated: false });
    expect(last.Marker).toBeUndefined();
    const forged = Buffer.from(JSON.stringify(["999999999999/roles//", "x"])).toString("base64url");
    for (const Marker of [forged, "nonsense", `${first.Marker}x`, first.Marker]) {
      const { code } = await refusal(iam.send(new ListRolesCommand({ Marker })));
      expect(code).toBe("ValidationError");
    }
  });

  test("a name is taken whatever its case, and by whoever comes first", async () => {
    await makeRole("taken");
    expect(await refusal(makeRole("TAKEN"))).toEqual(
      alreadyExists("Role with name TAKEN already exists."),
    );
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => makeRole("race")));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === "rejected")
        expect(attempt.reason.name).toBe("EntityAlreadyExistsException");
    }
  });

  test("odd names: `__proto__` is one like any other, look-alike letters are none", async () => {
    await makeRole("__proto__");
    expect((await iam.send(new GetRoleCommand({ RoleName: "__proto__" }))).Role?.RoleName).toBe(
      "__proto__",
    );
    expect(await refusal(makeRole("аdmin"))).toMatchObject({
      code: "ValidationError",
      status: 400,
    });
  });

  test("what can't be found", async () => {
    expect(await refusal(iam.send(new GetRoleCommand({ RoleName: "nobody" })))).toEqual(
      noSuchEntity("The role with name nobody cannot be found."),
    );
  });

  test("paths of service-linked roles, and boundaries that do not exist, are refused", async () => {
    const role = { RoleName: "refused", AssumeRolePolicyDocument: ANYONE_HERE() };
    const path = "/aws-service-role/x.amazonaws.com/";
    expect(await refusal(iam.send(new CreateRoleCommand({ ...role, Path: path })))).toMatchObject({
      code: "ValidationError",
    });
    const boundary = `arn:aws:iam::${account}:policy/none`;
    expect(
      await refusal(iam.send(new CreateRoleCommand({ ...role, PermissionsBoundary: boundary }))),
    ).toEqual(noSuchEntity(`Scope ARN: ${boundary} does not exist or is not attachable.`));
    expect(await refusal(iam.send(new GetRoleCommand(role)))).toMatchObject({
      code: "NoSuchEntity",
    });
  });
});

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
