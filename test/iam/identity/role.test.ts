import {
  CreateRoleCommand,
  GetRoleCommand,
  type IAMClient,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alreadyExists, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";
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
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

const makeRole = (RoleName: string, AssumeRolePolicyDocument = ANYONE_HERE()) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));

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
