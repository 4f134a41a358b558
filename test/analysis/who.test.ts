// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccountModel,
  runToEnd,
  type WhoCanOptions,
  type WhoCanQuestion,
  whatCan,
  whoCan,
} from "../../packages/analysis/src/index.ts";
import {
  authorize,
  type ContextValue,
  compilePolicy,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { document } from "../policy/arbitraries.ts";
import { written } from "../policy/both.ts";
import {
  ACCOUNT,
  allow,
  attached,
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

const ORDER = `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`;
const GET = { action: "orders:GetOrder", resource: ORDER };
const get = (more: object = {}) => doc(allow("orders:Get*", "arn:aws:orders:*:*:order/*", more));
const MFA = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };

const ask = (model: AccountModel, question: WhoCanQuestion = GET, options: WhoCanOptions = {}) =>
  runToEnd(whoCan({ AccountId: ACCOUNT, ...model }, question, options));
const brief = (model: AccountModel, question?: WhoCanQuestion, options?: WhoCanOptions) =>
  ask(model, question, options).principals.map(({ principal, access, roles }) => [
    principal.split("/").at(-1),
    access,
    roles.map((one) => one.split("/").at(-1)).join(">"),
  ]);

test("users by their own policies, their groups', and managed ones", () => {
  const model: AccountModel = {
    Policies: [managed("Read", get())],
    GroupDetailList: [
      {
        GroupName: "readers",
        GroupPolicyList: [{ PolicyName: "g", PolicyDocument: get() }],
        AttachedManagedPolicies: [],
      },
    ],
    UserDetailList: [
      user("own", get()),
      user("grouped", undefined, { GroupList: ["readers"] }),
      user("attached", undefined, { AttachedManagedPolicies: [attached("Read")] }),
      user("none"),
      user("other", doc(allow("orders:ListOrders"))),
      user("denied", doc(allow("orders:*"), deny("orders:GetOrder", ORDER))),
    ],
  };
  const { principals, root } = ask(model);
  expect(root).toBe(true);
  expect(principals).toEqual([
    {
      principal: userArn("own"),
      principalType: "User",
      access: "allowed",
      roles: [],
      grants: [{ policy: `${userArn("own")}/inline`, statementIndex: 0 }],
      conditionKeys: [],
    },
    {
      principal: userArn("grouped"),
      principalType: "User",
      access: "allowed",
      roles: [],
      grants: [
        { policy: `arn:aws:iam::${ACCOUNT}:group/readers/g`, group: "readers", statementIndex: 0 },
      ],
      conditionKeys: [],
    },
    {
      principal: userArn("attached"),
      principalType: "User",
      access: "allowed",
      roles: [],
      grants: [{ policy: policyArn("Read"), statementIndex: 0 }],
      conditionKeys: [],
    },
  ]);
});

test("conditions on what is not known make it conditional, and are named", () => {
  const model = {
    UserDetailList: [
      user("mfa", get(MFA)),
      user(
        "kept",
        doc(
          allow("orders:*"),
          deny("*", "*", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
        ),
      ),
    ],
  };
  const { principals } = ask(model);
  expect(
    principals.map(({ principal, access, conditionKeys }) => [principal, access, conditionKeys]),
  ).toEqual([
    [userArn("mfa"), "conditional", ["aws:MultiFactorAuthPresent"]],
    [userArn("kept"), "conditional", ["aws:SourceIp"]],
  ]);
  const known = {
    ...GET,
    context: { "aws:MultiFactorAuthPresent": "true", "AWS:SourceIp": "192.0.2.1" },
  };
  expect(brief(model, known)).toEqual([
    ["mfa", "allowed", ""],
    ["kept", "allowed", ""],
  ]);
  expect(
    brief(model, {
      ...GET,
      context: { "aws:MultiFactorAuthPresent": "false", "aws:SourceIp": "10.0.0.1" },
    }),
  ).toEqual([]);
});

test("what is known of a principal is no condition: its name, its tags, its ARN", () => {
  const own = doc(allow("orders:GetOrder", "arn:aws:orders:*:*:order/${aws:username}"));
  const tagged = get({ Condition: { StringEquals: { "aws:PrincipalTag/team": "x" } } });
  const model: AccountModel = {
    UserDetailList: [
      user("7", own),
      user("8", own),
      user("t", tagged, { Tags: [{ Key: "team", Value: "x" }] }),
      user("u", tagged),
    ],
    RoleDetailList: [
      role("r", trusting({ AWS: ACCOUNT }), tagged),
      role(
        "arn",
        trusting({ AWS: ACCOUNT }),
        get({ Condition: { ArnEquals: { "aws:PrincipalArn": roleArn("arn") } } }),
      ),
    ],
  };
  // A session of a role may come with tags of its own.
  expect(brief(model)).toEqual([
    ["7", "allowed", ""],
    ["t", "allowed", ""],
    ["r", "conditional", ""],
    ["arn", "allowed", ""],
  ]);
});

test("boundaries and service control policies limit; a boundary that is gone allows nothing", () => {
  const bounded = (name: string) =>
    user(name, get(), { PermissionsBoundary: { PermissionsBoundaryArn: policyArn(name) } });
  const model = {
    Policies: [managed("wide", doc(allow("orders:*"))), managed("narrow", doc(allow("iam:*")))],
    UserDetailList: [bounded("wide"), bounded("narrow"), bounded("gone")],
  };
  expect(brief(model)).toEqual([["wide", "allowed", ""]]);
  const levels = (...texts: readonly string[]) =>
    texts.map((PolicyDocument) => [{ PolicyName: "scp", PolicyDocument }]);
  expect(
    brief({ ...model, ServiceControlPolicies: levels(doc(allow("*")), doc(allow("*"))) }),
  ).toEqual([["wide", "allowed", ""]]);
  expect(
    brief({ ...model, ServiceControlPolicies: levels(doc(allow("*")), doc(allow("iam:*"))) }),
  ).toEqual([]);
  expect(
    ask({ ...model, ServiceControlPolicies: levels(doc(deny("orders:*"), allow("*"))) }).root,
  ).toBe(false);
});

test("chains of roles, the shortest way, as long as is asked for", () => {
  const model: AccountModel = {
    UserDetailList: [
      user("eve", doc(allow("sts:AssumeRole", roleArn("one")))),
      user("direct"),
      user("no", doc(allow("sts:AssumeRole"))),
    ],
    RoleDetailList: [
      role("three", trusting({ AWS: [roleArn("two"), userArn("direct")] }), get()),
      role("two", trusting({ AWS: ACCOUNT }, MFA)),
      role(
        "one",
        trusting({ AWS: [ACCOUNT, userArn("no")] }),
        doc(allow("sts:AssumeRole", roleArn("two"))),
      ),
    ],
  };
  expect(brief(model)).toEqual([
    ["three", "allowed", ""],
    ["two", "allowed", "three"],
    ["direct", "allowed", "three"],
    ["no", "conditional", "two>three"],
    ["one", "conditional", "two>three"],
    ["eve", "conditional", "one>two>three"],
  ]);
  expect(brief(model, GET, { maxRoles: 1 })).toEqual([
    ["three", "allowed", ""],
    ["two", "allowed", "three"],
    ["direct", "allowed", "three"],
  ]);
  expect(brief(model, GET, { maxRoles: 0 })).toEqual([["three", "allowed", ""]]);
});

test("who can assume a role is asked of its trust policy, too", () => {
  const model: AccountModel = {
    UserDetailList: [
      user("ann", doc(allow("sts:*"))),
      user("bob"),
      user("eve", doc(allow("sts:*"))),
    ],
    RoleDetailList: [role("app", trusting({ AWS: [userArn("ann"), userArn("bob")] }))],
  };
  expect(brief(model, { action: "sts:AssumeRole", resource: roleArn("app") })).toEqual([
    ["ann", "allowed", ""],
    ["bob", "allowed", ""],
  ]);
});

test("what a principal can do, by the services' actions", () => {
  const model: AccountModel = {
    AccountId: ACCOUNT,
    Policies: [
      managed(
        "Limit",
        doc(allow("orders:*", "arn:aws:orders:*:*:order/a/*"), allow("orders:ListOrders")),
      ),
    ],
    UserDetailList: [
      user(
        "bob",
        doc(
          allow(["orders:Get*", "orders:List*"]),
          allow("orders:DeleteOrder", "arn:aws:orders:*:*:order/own/*", MFA),
        ),
      ),
      user(
        "lim",
        doc(allow("orders:*", "arn:aws:orders:*:*:order/*"), allow("orders:ListOrders")),
        { PermissionsBoundary: { PermissionsBoundaryArn: policyArn("Limit") } },
      ),
    ],
    RoleDetailList: [
      role("app", trusting({ AWS: userArn("bob") })),
      role("other", trusting({ AWS: userArn("x") })),
    ],
  };
  const accessOf = (name: string) =>
    whatCan(model, userArn(name), { services: SERVICES })?.actions.map(
      ({ action, accessLevel, access, resources }) => [action, accessLevel, access, resources],
    );
  expect(accessOf("bob")).toEqual([
    ["orders:ListOrders", "List", "allowed", ["*"]],
    ["orders:CreateOrder", "Write", "denied", []],
    ["orders:GetOrder", "Read", "allowed", ["*"]],
    ["orders:DeleteOrder", "Write", "conditional", ["arn:aws:orders:*:*:order/own/*"]],
  ]);
  expect(accessOf("lim")?.at(-1)).toEqual([
    "orders:DeleteOrder",
    "Write",
    "allowed",
    ["arn:aws:orders:*:*:order/a/*"],
  ]);
  expect(whatCan(model, userArn("bob"), { services: SERVICES })?.roles).toEqual([
    { role: roleArn("app"), access: "allowed" },
  ]);
  expect(whatCan(model, userArn("nobody"), { services: SERVICES })).toBeUndefined();
});

const contextValue = fc.oneof<fc.Arbitrary<ContextValue>[]>(
  fc.constantFrom("bob", "b", "10", "10.1.2.3", "true", "2024-05-01", "QUJD"),
  fc.array(fc.constantFrom("bob", "10"), { maxLength: 2 }),
);
const contexts = fc.array(
  fc.dictionary(fc.constantFrom("orders:a", "orders:b", "aws:tagkeys"), contextValue),
  { minLength: 8, maxLength: 8 },
);

test("allowed_is_in_every_context, denied_in_none: as the engine decides, whatever the unknown keys are", () => {
  const counts = { allowed: 0, conditional: 0, denied: 0 };
  const resource = fc.constantFrom(
    `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`,
    `arn:aws:orders:eu-west-1:${ACCOUNT}:bob/7`,
    "arn:aws:s3:::x:order/7",
  );
  const property = fc.property(document, document, resource, contexts, (one, two, asked, drawn) => {
    const texts = [written(one), written(two)];
    const model: AccountModel = {
      AccountId: ACCOUNT,
      UserDetailList: [
        {
          ...user("bob"),
          UserPolicyList: texts.map((PolicyDocument, at) => ({
            PolicyName: `p${at}`,
            PolicyDocument,
          })),
        },
      ],
    };
    const question = { action: "orders:GetOrder", resource: asked };
    const access = ask(model, question).principals[0]?.access ?? "denied";
    counts[access]++;
    const identity = texts.map((text) => {
      const parsed = parsePolicy(text, "identity");
      if (!parsed.ok) throw new Error("not a policy");
      return compilePolicy(parsed.policy, { policyId: "p", type: "identity-based" });
    });
    const bob = model.UserDetailList![0]!;
    for (const values of drawn) {
      const context = new Map<string, ContextValue>([
        ...Object.entries(values),
        ["aws:username", "bob"],
        ["aws:userid", bob.UserId!],
      ]);
      const { outcome } = authorize({
        principal: { type: "User", account: ACCOUNT, arn: userArn("bob"), userId: bob.UserId! },
        ...question,
        context,
        policies: { identity },
      });
      if (access === "allowed") expect(outcome).toBe("allowed");
      if (access === "denied") expect(outcome).not.toBe("allowed");
    }
  });
  fc.assert(property, { seed: 20261129, numRuns: 1500 });
  expect(Math.min(counts.allowed, counts.conditional, counts.denied)).toBeGreaterThan(50);
});

test("ten thousand principals are asked in slices", () => {
  const work = whoCan(largeAccount(9_000, 1_000), {
    action: "orders:DeleteOrder",
    resource: `arn:aws:orders:us-east-1:${ACCOUNT}:order/role-5/1`,
  });
  let slices = 0;
  for (;;) {
    const step = work.next();
    slices++;
    if (step.done !== true) continue;
    // The role, the administrators, and those who can assume one of them.
    const direct = step.value.principals
      .filter(({ roles }) => roles.length === 0)
      .map(({ principal }) => principal);
    expect(direct).toEqual([userArn("user7"), roleArn("team-3-3"), roleArn("team-5-5")]);
    expect(step.value.principals.filter(({ roles }) => roles.length > 0).length).toBeGreaterThan(
      400,
    );
    break;
  }
  expect(slices).toBeGreaterThan(100);
});
