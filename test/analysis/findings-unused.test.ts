import { expect, test } from "vitest";
import { credentialRow, role, roleArn, trusting, user, userArn } from "./account.ts";
import { brief, findingsOf, NOW, OWN } from "./findings.ts";

test("credentials, users, roles and permissions that are not used", () => {
  const usage = {
    credentialReport: [
      credentialRow("<root_account>", { password_enabled: "true" }),
      credentialRow("old", {
        password_enabled: "true",
        password_last_used: "2025-02-01T00:00:00+00:00",
        access_key_1_active: "true",
        access_key_1_last_used_date: "N/A",
        access_key_1_last_rotated: "2025-01-01T00:00:00+00:00",
      }),
      credentialRow("busy", {
        password_enabled: "true",
        password_last_used: "2026-05-31T00:00:00+00:00",
      }),
      credentialRow("new", {
        user_creation_time: "2026-05-30T00:00:00+00:00",
        password_enabled: "true",
        password_last_used: "no_information",
      }),
      credentialRow("none", {}),
    ],
    lastAccessed: [
      {
        Arn: userArn("busy"),
        ServicesLastAccessed: [
          {
            ServiceNamespace: "orders",
            LastAuthenticated: "2026-05-31T00:00:00Z",
            TrackedActionsLastAccessed: [
              { ActionName: "GetOrder", LastAccessedTime: "2026-05-31T00:00:00Z" },
              { ActionName: "DeleteOrder" },
            ],
          },
          { ServiceNamespace: "iam" },
        ],
      },
    ],
  };
  const roles = [
    role("idle", trusting(OWN), undefined, { CreateDate: "2025-01-01T00:00:00Z" }),
    role("used", trusting(OWN), undefined, {
      CreateDate: new Date("2025-01-01"),
      RoleLastUsed: { LastUsedDate: new Date("2026-05-20") },
    }),
  ];
  const found = findingsOf({ RoleDetailList: roles }, { now: NOW, usage });
  expect(brief(found)).toEqual([
    ["UnusedPassword", "MEDIUM", userArn("old")],
    ["UnusedAccessKey", "MEDIUM", userArn("old")],
    ["UnusedUser", "MEDIUM", userArn("old")],
    ["UnusedRole", "MEDIUM", roleArn("idle")],
    ["UnusedUser", "LOW", userArn("none")],
    ["UnusedPermission", "LOW", userArn("busy")],
    ["UnusedPermission", "LOW", userArn("busy")],
  ]);
  expect(found.at(-2)?.unused).toEqual({
    service: "orders",
    actions: [{ action: "orders:DeleteOrder" }],
    lastUsed: "2026-05-31T00:00:00.000Z",
  });
  // Without the present time nothing is called unused.
  expect(findingsOf({ RoleDetailList: roles }, { usage })).toEqual([]);
});

test("permissions are unused once their principal is old enough to have used them", () => {
  const usage = {
    lastAccessed: ["old", "young", "unknown"].map((name) => ({
      Arn: userArn(name),
      ServicesLastAccessed: [{ ServiceNamespace: "orders" }],
    })),
  };
  const UserDetailList = [
    user("old", undefined, { CreateDate: "2025-01-01T00:00:00Z" }),
    user("young", undefined, { CreateDate: "2026-05-30T00:00:00Z" }),
  ];
  expect(brief(findingsOf({ UserDetailList }, { now: NOW, usage }))).toEqual([
    ["UnusedPermission", "LOW", userArn("old")],
    ["UnusedPermission", "LOW", userArn("unknown")],
  ]);
});
