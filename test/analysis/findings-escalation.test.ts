// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { expect, test } from "vitest";
import type { AccountModel } from "../../packages/analysis/src/index.ts";
import {
  ACCOUNT,
  allow,
  attached,
  deny,
  doc,
  managed,
  policyArn,
  role,
  roleArn,
  trusting,
  user,
  userArn,
} from "./account.ts";
import { findingsOf, OWN } from "./findings.ts";

/** The steps of the one escalation path that is found for a principal. */
function pathOf(model: AccountModel, arn: string): readonly string[] {
  const found = findingsOf(model).filter(
    ({ kind, resource }) => kind === "PrivilegeEscalation" && resource === arn,
  );
  expect(found).toHaveLength(1);
  return found[0]!.evidence.map((step) =>
    step.type === "step" ? `${step.method} -> ${step.to}` : step.type,
  );
}

/** By method: what the user "eve" may do, and the path that is to be found. */
const ADMIN = user("ann", doc(allow("*")));
const ESCALATIONS: readonly (readonly [string, AccountModel, readonly string[]])[] = [
  [
    "PutUserPolicy",
    { UserDetailList: [user("eve", doc(allow("iam:PutUserPolicy", userArn("eve"))))] },
    ["Put policy on own user -> any permission"],
  ],
  [
    "AttachUserPolicy on a variable",
    {
      UserDetailList: [user("eve", doc(allow("iam:AttachUserPolicy", userArn("${aws:username}"))))],
    },
    ["Put policy on own user -> any permission"],
  ],
  [
    "PutGroupPolicy",
    {
      GroupDetailList: [
        {
          GroupName: "g",
          GroupPolicyList: [{ PolicyName: "p", PolicyDocument: doc(allow("iam:PutGroupPolicy")) }],
        },
      ],
      UserDetailList: [user("eve", undefined, { GroupList: ["g"] })],
    },
    ["Put policy on own group -> any permission"],
  ],
  [
    "CreatePolicyVersion",
    {
      Policies: [managed("Own", doc(allow("iam:CreatePolicyVersion", policyArn("Own"))))],
      UserDetailList: [user("eve", undefined, { AttachedManagedPolicies: [attached("Own")] })],
    },
    ["Create policy version -> any permission"],
  ],
  [
    "a new user",
    {
      UserDetailList: [
        user("eve", doc(allow(["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"]))),
      ],
    },
    ["Put policy on own user -> any permission"],
  ],
  [
    "a new user, but not oneself",
    {
      UserDetailList: [
        user(
          "eve",
          doc(
            allow(
              ["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"],
              userArn("new-*"),
            ),
          ),
        ),
      ],
    },
    ["Create user with any policy -> any permission"],
  ],
  [
    "a new role",
    { UserDetailList: [user("eve", doc(allow(["iam:CreateRole", "iam:AttachRolePolicy"])))] },
    ["Create role with any policy -> any permission"],
  ],
  [
    "an access key",
    { UserDetailList: [ADMIN, user("eve", doc(allow("iam:CreateAccessKey", userArn("a*"))))] },
    [`Create access key -> ${userArn("ann")}`],
  ],
  [
    "a password",
    { UserDetailList: [ADMIN, user("eve", doc(allow("iam:UpdateLoginProfile", userArn("ann"))))] },
    [`Update login profile -> ${userArn("ann")}`],
  ],
  [
    "a group",
    {
      GroupDetailList: [
        {
          GroupName: "admins",
          Arn: `arn:aws:iam::${ACCOUNT}:group/admins`,
          GroupPolicyList: [{ PolicyName: "p", PolicyDocument: doc(allow("*")) }],
        },
      ],
      UserDetailList: [user("eve", doc(allow("iam:AddUserToGroup")))],
    },
    [`Join group -> arn:aws:iam::${ACCOUNT}:group/admins`],
  ],
  [
    "a role's trust",
    {
      RoleDetailList: [role("adm", trusting({ AWS: userArn("nobody") }), doc(allow("*")))],
      UserDetailList: [user("eve", doc(allow("iam:UpdateAssumeRolePolicy")))],
    },
    [`Update trust policy -> ${roleArn("adm")}`],
  ],
  [
    "a role",
    {
      RoleDetailList: [role("adm", trusting(OWN), doc(allow("*")))],
      UserDetailList: [user("eve", doc(allow("sts:AssumeRole", roleArn("a*"))))],
    },
    [`Assume role -> ${roleArn("adm")}`],
  ],
  [
    "a role behind a role",
    {
      RoleDetailList: [
        role("one", trusting({ AWS: userArn("eve") }), doc(allow("sts:AssumeRole"))),
        role("two", trusting(OWN), doc(allow("iam:PutRolePolicy", roleArn("two")))),
      ],
      UserDetailList: [user("eve")],
    },
    [
      `Assume role -> ${roleArn("one")}`,
      `Assume role -> ${roleArn("two")}`,
      "Put policy on own role -> any permission",
    ],
  ],
  [
    "a policy on a role that one can assume",
    {
      RoleDetailList: [role("app", trusting(OWN), doc(allow("orders:*")))],
      UserDetailList: [
        user("eve", doc(allow(["sts:AssumeRole", "iam:PutRolePolicy"], roleArn("app")))),
      ],
    },
    ["Put policy on an assumable role -> any permission"],
  ],
  [
    "a service",
    {
      RoleDetailList: [role("lam", trusting({ Service: "lambda.amazonaws.com" }), doc(allow("*")))],
      UserDetailList: [user("eve", doc(allow(["iam:PassRole", "lambda:CreateFunction"])))],
    },
    [`Pass role -> ${roleArn("lam")}`],
  ],
  [
    "a provider",
    {
      RoleDetailList: [
        role(
          "sso",
          trusting(
            { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
            { Action: "sts:AssumeRoleWithSAML" },
          ),
          doc(allow("*")),
        ),
      ],
      UserDetailList: [user("eve", doc(allow("iam:UpdateSAMLProvider")))],
    },
    [`Take over identity provider -> ${roleArn("sso")}`],
  ],
  [
    "a boundary",
    {
      Policies: [managed("Limit", doc(allow(["orders:*", "iam:DeleteUserPermissionsBoundary"])))],
      UserDetailList: [
        user("eve", doc(allow("*")), {
          PermissionsBoundary: { PermissionsBoundaryArn: policyArn("Limit") },
        }),
      ],
    },
    ["Lift own boundary -> any permission"],
  ],
];

test.each(ESCALATIONS)("escalation by %s is found", (_, model, path) => {
  expect(pathOf(model, userArn("eve"))).toEqual(path);
});

test.each([
  [
    "on another user who is nobody",
    {
      UserDetailList: [user("joe"), user("eve", doc(allow("iam:CreateAccessKey", userArn("joe"))))],
    },
  ],
  [
    "on the own key alone",
    {
      UserDetailList: [
        ADMIN,
        user("eve", doc(allow("iam:CreateAccessKey", userArn("${aws:username}")))),
      ],
    },
  ],
  [
    "past a deny",
    {
      UserDetailList: [
        user(
          "eve",
          doc(
            allow("iam:*"),
            deny(["iam:Put*", "iam:Attach*", "iam:Create*", "iam:Update*", "iam:Add*"]),
          ),
        ),
      ],
    },
  ],
  [
    "past a boundary",
    {
      Policies: [managed("Limit", doc(allow("orders:*")))],
      UserDetailList: [
        user("eve", doc(allow("iam:*")), {
          PermissionsBoundary: { PermissionsBoundaryArn: policyArn("Limit") },
        }),
      ],
    },
  ],
  [
    "by a trust that is not theirs",
    {
      RoleDetailList: [role("adm", trusting({ AWS: userArn("ann") }), doc(allow("*")))],
      UserDetailList: [user("eve", doc(allow("sts:AssumeRole")))],
    },
  ],
  [
    "by passing a role that no service has",
    {
      RoleDetailList: [role("adm", trusting({ AWS: userArn("ann") }), doc(allow("*")))],
      UserDetailList: [user("eve", doc(allow(["iam:PassRole", "lambda:CreateFunction"])))],
    },
  ],
])("no escalation is found %s", (_, model: AccountModel) => {
  const found = findingsOf(model).filter(
    ({ kind, resource }) => kind === "PrivilegeEscalation" && resource === userArn("eve"),
  );
  expect(found).toEqual([]);
});

test("a path that holds on conditions only is less severe", () => {
  const conditional = doc(
    allow("iam:PutUserPolicy", "*", {
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    }),
  );
  const severity = (text: string) =>
    findingsOf({ UserDetailList: [user("eve", text)] })[0]?.severity;
  expect(severity(doc(allow("iam:PutUserPolicy")))).toBe("HIGH");
  expect(severity(conditional)).toBe("MEDIUM");
});

test("each step of a path names the actions that it can't do without", () => {
  const model: AccountModel = {
    UserDetailList: [
      user("joe", doc(allow("iam:PutUserPolicy"))),
      user("kim", doc(allow("iam:CreateAccessKey", userArn("joe")))),
    ],
  };
  const paths = findingsOf(model).filter(({ kind }) => kind === "PrivilegeEscalation");
  const actions = Object.fromEntries(
    paths.map(({ resource, evidence }) => [
      resource,
      evidence.map((one) => (one.type === "step" ? one.actions : [])),
    ]),
  );
  expect(actions).toEqual({
    [userArn("joe")]: [["iam:PutUserPolicy", "iam:AttachUserPolicy"]],
    [userArn("kim")]: [["iam:CreateAccessKey"], ["iam:PutUserPolicy", "iam:AttachUserPolicy"]],
  });
});
