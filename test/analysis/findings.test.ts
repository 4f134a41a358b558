// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { expect, test } from "vitest";
import {
  type AccountFinding,
  type AccountModel,
  analyzeAccount,
  type FindingsOptions,
  runToEnd,
} from "../../packages/analysis/src/index.ts";
import {
  ACCOUNT,
  allow,
  attached,
  credentialRow,
  deny,
  doc,
  largeAccount,
  managed,
  policyArn,
  role,
  roleArn,
  trusting,
  user,
  userArn,
} from "./account.ts";
import { SERVICES } from "./services.ts";

const OWN = { AWS: ACCOUNT };
const NOW = Date.parse("2026-06-01T00:00:00Z");

function findingsOf(model: AccountModel, options: FindingsOptions = {}): readonly AccountFinding[] {
  return runToEnd(analyzeAccount({ AccountId: ACCOUNT, ...model }, options));
}

const brief = (findings: readonly AccountFinding[]) =>
  findings.map(({ kind, severity, resource }) => [kind, severity, resource]);

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

test("an account in which nothing is wrong has no finding", () => {
  const bob = user("bob", doc(allow("orders:*", "arn:aws:orders:*:*:order/*")));
  expect(
    findingsOf(
      {
        UserDetailList: [bob],
        RoleDetailList: [role("app", trusting(OWN), doc(allow("orders:ListOrders")))],
      },
      { services: SERVICES, now: NOW },
    ),
  ).toEqual([]);
});

test.each([
  ["of everyone", { AWS: "*" }, {}, "PublicAccess", "CRITICAL"],
  [
    "of everyone in an organization",
    { AWS: "*" },
    { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
    "ExternalAccess",
    "LOW",
  ],
  [
    "of everyone in an account that is trusted",
    { AWS: "*" },
    { Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } },
    undefined,
    undefined,
  ],
  ["of another account", { AWS: "444455556666" }, {}, "ExternalAccess", "MEDIUM"],
  [
    "of a role there, with an external id",
    { AWS: "arn:aws:iam::444455556666:role/x" },
    { Condition: { StringEquals: { "sts:ExternalId": "7" } } },
    "ExternalAccess",
    "LOW",
  ],
  ["of the account itself", OWN, {}, undefined, undefined],
  ["of a service", { Service: "lambda.amazonaws.com" }, {}, undefined, undefined],
])("trust %s", (_, principal, more, kind, severity) => {
  const found = findingsOf({ RoleDetailList: [role("app", trusting(principal, more))] });
  expect(brief(found)).toEqual(kind === undefined ? [] : [[kind, severity, roleArn("app")]]);
});

test("trust of a public provider is public unless a condition tells whose token it is", () => {
  const trust = (Condition: object) =>
    trusting(
      { Federated: "token.actions.githubusercontent.com" },
      { Action: "sts:AssumeRoleWithWebIdentity", Condition },
    );
  const kinds = (Condition: object) =>
    findingsOf({ RoleDetailList: [role("ci", trust(Condition))] }).map(({ kind }) => kind);
  expect(
    kinds({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
  ).toEqual(["PublicAccess", "ExternalAccess"]);
  expect(kinds({ StringLike: { "token.actions.githubusercontent.com:sub": "repo:me/*" } })).toEqual(
    ["ExternalAccess"],
  );
});

test("accounts that are trusted are no finding", () => {
  const model = { RoleDetailList: [role("app", trusting({ AWS: "444455556666" }))] };
  expect(findingsOf(model, { trustedAccounts: ["444455556666"] })).toEqual([]);
});

test("administrators are who may do all, whatever limits them counts", () => {
  const admin = doc(allow("*"));
  const model: AccountModel = {
    Policies: [managed("Limit", doc(allow("orders:*")))],
    UserDetailList: [
      user("root2", admin),
      user("limited", admin, {
        PermissionsBoundary: { PermissionsBoundaryArn: policyArn("Limit") },
      }),
      user("denied", doc(allow("*"), deny("iam:*"))),
      user(
        "withMfa",
        doc(allow("*", "*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })),
      ),
    ],
  };
  const administrators = findingsOf(model).filter(({ kind }) => kind === "Administrator");
  expect(brief(administrators)).toEqual([
    ["Administrator", "HIGH", userArn("root2")],
    ["Administrator", "MEDIUM", userArn("withMfa")],
  ]);
  const levels = [[{ PolicyName: "Deny", PolicyDocument: doc(allow("*"), deny("iam:*")) }]];
  expect(
    findingsOf({ ...model, ServiceControlPolicies: levels }).filter(
      ({ kind }) => kind === "Administrator",
    ),
  ).toEqual([]);
});

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

test("policies that say nothing, or of what there is not", () => {
  const model: AccountModel = {
    Policies: [managed("Typo", doc(allow("orders:GetOrders", "arn:aws:orders:*:*:order/*")))],
    UserDetailList: [user("eve", doc(allow("orders:GetOrder"), deny("*"))), user("bad", "{")],
    RoleDetailList: [role("gone", trusting({ AWS: ["AIDADELETEDUSER000001", userArn("nobody")] }))],
  };
  expect(brief(findingsOf(model, { services: SERVICES }))).toEqual([
    ["InvalidPolicy", "HIGH", userArn("bad")],
    ["UnknownAction", "LOW", policyArn("Typo")],
    ["IneffectiveStatement", "LOW", userArn("eve")],
    ["UnassumableRole", "LOW", roleArn("gone")],
  ]);
});

test("a finding keeps its id as long as its matter lasts, and no two have the same", () => {
  const model: AccountModel = {
    UserDetailList: [user("eve", doc(allow("*"))), user("joe", doc(allow("iam:PutUserPolicy")))],
    RoleDetailList: [role("app", trusting({ AWS: ["444455556666", "777788889999"] }))],
  };
  const ids = findingsOf(model).map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  const later = { ...model, UserDetailList: [user("zoe"), ...model.UserDetailList!] };
  expect(
    findingsOf(later)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...ids].sort());
  expect(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)),
  ).toBe(true);
});

test("each part of an analysis finds what the whole finds of it", () => {
  const model: AccountModel = {
    UserDetailList: [
      user("eve", doc(allow("*"))),
      user("joe", doc(allow("iam:PutUserPolicy"), allow("orders:Fetch"))),
    ],
    RoleDetailList: [role("app", trusting({ AWS: "444455556666" }))],
  };
  const options: FindingsOptions = {
    services: SERVICES,
    now: NOW,
    usage: { credentialReport: [credentialRow("joe", { password_enabled: "true" })] },
  };
  const whole = findingsOf(model, options);
  const kindsOf = (...parts: NonNullable<FindingsOptions["parts"]>) => {
    const found = findingsOf(model, { ...options, parts });
    const ids = new Set(found.map(({ id }) => id));
    expect(found).toEqual(whole.filter(({ id }) => ids.has(id)));
    return found.map(({ kind }) => kind);
  };
  expect(kindsOf("policies")).toEqual(["UnknownAction"]);
  expect(kindsOf("principals")).toEqual(["Administrator", "ExternalAccess"]);
  expect(kindsOf("escalation")).toEqual(["Administrator", "PrivilegeEscalation", "ExternalAccess"]);
  expect(kindsOf("usage")).toEqual(["UnusedPassword", "UnusedUser"]);
  expect(kindsOf("policies", "escalation", "usage")).toHaveLength(whole.length);
  expect(kindsOf()).toEqual([]);
});

test("documents come as text, percent-encoded or as objects", () => {
  const text = doc(allow("*"));
  const models = [text, encodeURIComponent(text), JSON.parse(text)].map((PolicyDocument) => ({
    UserDetailList: [{ ...user("eve"), UserPolicyList: [{ PolicyName: "p", PolicyDocument }] }],
  }));
  for (const model of models)
    expect(brief(findingsOf(model))).toEqual([["Administrator", "HIGH", userArn("eve")]]);
});

test("10,000 principals take 30 seconds and 500 MB at most, in slices of 50 ms", () => {
  const work = analyzeAccount(largeAccount(9_000, 1_000), { services: SERVICES, now: NOW });
  const memoryBefore = process.memoryUsage().heapUsed;
  const slices: number[] = [];
  let memory = 0;
  for (let done = false; !done; ) {
    // Processor time: other processes of a busy machine do not count.
    const before = process.cpuUsage();
    done = work.next().done === true;
    const { user, system } = process.cpuUsage(before);
    slices.push((user + system) / 1000);
    memory = Math.max(memory, process.memoryUsage().heapUsed - memoryBefore);
  }
  const sorted = slices.sort((a, b) => a - b);
  expect(slices.reduce((sum, time) => sum + time, 0)).toBeLessThan(30_000);
  // A garbage collection may fall into a slice.
  expect(sorted[Math.floor(sorted.length * 0.999)]).toBeLessThan(50);
  expect(memory / 2 ** 20).toBeLessThan(500);
}, 60_000);
