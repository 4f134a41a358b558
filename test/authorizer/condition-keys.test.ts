import { expect, test } from "vitest";
import {
  conditionKeys,
  globalConditionKeys,
  type RequestFacts,
  type ResourceFacts,
} from "../../packages/authorizer/src/evaluation/condition-keys.ts";
import { ANONYMOUS, type Caller, type CallerSession } from "../../packages/iam/src/model/caller.ts";

/**
 * IAM UG/reference_policies_condition-keys, and IAM UG/reference_policies_variables' table of who
 * has which.
 */
const ACCOUNT = "111122223333";
const NOW = new Date("2026-03-04T05:06:07.800Z");
const FACTS: RequestFacts = { now: NOW, secureTransport: true };
const RESOURCE: ResourceFacts = { account: ACCOUNT, tags: [], serviceKeys: {} };
const bare = { account: ACCOUNT, accessKeyId: "AKIA", policies: { identity: [] }, tags: [] };
const sessionOf = (rest: Partial<CallerSession>) =>
  ({ issuedAt: new Date("2026-03-04T04:06:07Z"), transitiveTagKeys: [], ...rest }) as CallerSession;

const USER: Caller = {
  ...bare,
  principal: {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/x/bob`,
    userId: "AIDABOB",
  },
  userName: "bob",
  tags: [{ key: "Team", value: "red" }],
};
const ROLE: Caller = {
  ...bare,
  principal: {
    type: "AssumedRole",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`,
    userId: "AROAAPP:s1",
    roleArn: `arn:aws:iam::${ACCOUNT}:role/x/app`,
    roleId: "AROAAPP",
  },
  session: sessionOf({
    federatedProvider: "id.example.com",
    sourceIdentity: "alice",
    contextKeys: [["id.example.com:sub", "42"]],
  }),
};
const ROOT: Caller = {
  ...bare,
  principal: {
    type: "Root",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    userId: ACCOUNT,
  },
};
const GUEST: Caller = {
  ...bare,
  principal: {
    type: "FederatedUser",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
    userId: `${ACCOUNT}:guest`,
    userArn: `arn:aws:iam::${ACCOUNT}:user/x/bob`,
  },
  session: sessionOf({}),
};
/** Who holds a provider's token, in the account whose provider it is. */
const STRANGER: Caller = {
  ...bare,
  principal: {
    type: "Federated",
    provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example.com`,
  },
  assertion: { provider: "id.example.com" } as Caller["assertion"] & object,
};

const none = undefined;
const CALLERS = [USER, ROLE, ROOT, GUEST, STRANGER, ANONYMOUS];
test.each([
  ["aws:username", ["bob", none, none, none, none, none]],
  ["aws:userid", ["AIDABOB", "AROAAPP:s1", ACCOUNT, `${ACCOUNT}:guest`, none, none]],
  // Of a role session it is the role's.
  [
    "aws:principalarn",
    [
      `arn:aws:iam::${ACCOUNT}:user/x/bob`,
      `arn:aws:iam::${ACCOUNT}:role/x/app`,
      `arn:aws:iam::${ACCOUNT}:root`,
      `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
      none,
      none,
    ],
  ],
  // A stranger belongs to no account: the role's owner has not vouched for who holds a provider's
  // token.
  ["aws:principalaccount", [ACCOUNT, ACCOUNT, ACCOUNT, ACCOUNT, none, none]],
  [
    "aws:principaltype",
    ["User", "AssumedRole", "Account", "FederatedUser", "Federated", "Anonymous"],
  ],
  ["aws:principaltag/team", ["red", none, none, none, none, none]],
  // Long-term keys have none of these.
  ["aws:multifactorauthpresent", [none, "false", none, "false", none, none]],
  ["aws:multifactorauthage", [none, none, none, none, none, none]],
  [
    "aws:tokenissuetime",
    [none, "2026-03-04T04:06:07.000Z", none, "2026-03-04T04:06:07.000Z", none, none],
  ],
  ["aws:federatedprovider", [none, "id.example.com", none, none, "id.example.com", none]],
  ["aws:sourceidentity", [none, "alice", none, none, none, none]],
  // In every request: a deny that exempts services must hold for direct calls.
  ["aws:viaawsservice", ["false", "false", "false", "false", "false", "false"]],
  ["aws:assumedroot", [none, none, none, none, none, none]],
  ["id.example.com:sub", [none, "42", none, none, none, none]],
])(
  "%s: of a user, a role, the root user, a federated user, a caller with a token, and an anonymous one",
  (key, values) => {
    expect(CALLERS.map((caller) => conditionKeys(caller, FACTS, RESOURCE).get(key))).toEqual(
      values,
    );
  },
);

test("what a request tells, and no header of it where the address is meant", () => {
  type Given = Partial<RequestFacts & ResourceFacts>;
  const requested = (given: Given, key: string) =>
    conditionKeys(USER, { ...FACTS, ...given }, { ...RESOURCE, ...given }).get(key);
  const organization = { id: "o-1234567890", path: "o-1234567890/r-ab12/ou-ab12-11111111/" };
  const keys: [string, Given, unknown][] = [
    ["aws:currenttime", {}, "2026-03-04T05:06:07.800Z"],
    ["aws:epochtime", {}, "1772600767"],
    ["aws:securetransport", {}, "true"],
    ["aws:securetransport", { secureTransport: false }, "false"],
    ["aws:sourceip", { sourceIp: "203.0.113.9" }, "203.0.113.9"],
    ["aws:useragent", { userAgent: "curl" }, "curl"],
    ["aws:referer", { referer: "https://example.com/" }, "https://example.com/"],
    ["aws:principalorgid", { organization }, organization.id],
    ["aws:principalorgpaths", { organization }, [organization.path]],
    ["aws:resourceorgid", { organization }, organization.id],
    ["aws:resourceorgpaths", { organization }, [organization.path]],
    ["aws:resourceorgid", { organization, account: "444455556666" }, undefined],
    ["aws:requestedregion", { region: "eu-west-1" }, "eu-west-1"],
    ["aws:resourceaccount", {}, ACCOUNT],
    ["aws:resourcetag/dept", { tags: [{ key: "Dept", value: "x" }] }, "x"],
    ["iam:resourcetag/dept", { tags: [{ key: "Dept", value: "x" }] }, "x"],
    [
      "aws:resourcetag/dept",
      {
        tags: [
          { key: "Other", value: "y" },
          { key: "Dept", value: "x" },
        ],
      },
      "x",
    ],
    ["aws:resourcetag/dept", { tags: [{ key: "Other", value: "y" }] }, undefined],
    ["aws:requesttag/dept", { serviceKeys: { "aws:RequestTag/Dept": "x" } }, "x"],
    ["aws:tagkeys", { serviceKeys: { "aws:TagKeys": ["a", "b"] } }, ["a", "b"]],
    ["sts:externalid", { serviceKeys: { "sts:ExternalId": "e1" } }, "e1"],
    ["orders:total", { serviceKeys: { "orders:Total": "10" } }, "10"],
  ];
  for (const [key, facts, value] of keys)
    expect([key, requested(facts, key)]).toEqual([key, value]);
  for (const key of [
    "aws:sourceip",
    "aws:useragent",
    "aws:referer",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceorgid",
    "aws:tagkeys",
  ])
    expect([key, requested({}, key)]).toEqual([key, undefined]);
});

test("a privileged root session says so, and no other session does", () => {
  const assumedRoot = (kind: CallerSession["kind"]) =>
    conditionKeys({ ...ROOT, session: sessionOf({ kind }) }, FACTS, RESOURCE).get(
      "aws:assumedroot",
    );
  expect(assumedRoot("AssumedRoot")).toBe("true");
  for (const kind of ["SignIn", "SessionToken", "AssumedRole"] as const)
    expect([kind, assumedRoot(kind)]).toEqual([kind, undefined]);
});

test("a multi-factor code: the session's, or a newer one given with the request", () => {
  const at = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
  const keys = (caller: Caller) => {
    const context = conditionKeys(caller, FACTS, RESOURCE);
    return [context.get("aws:multifactorauthpresent"), context.get("aws:multifactorauthage")];
  };
  expect(keys({ ...ROLE, session: sessionOf({ mfaAt: at(61.5) }) })).toEqual(["true", "61"]);
  expect(keys({ ...USER, mfaAt: at(2) })).toEqual(["true", "2"]);
  expect(keys({ ...ROLE, session: sessionOf({ mfaAt: at(900) }), mfaAt: at(3) })).toEqual([
    "true",
    "3",
  ]);
});

test("no key of a service or a session takes a global one's place, and all are listed", () => {
  const context = conditionKeys(
    { ...USER, session: sessionOf({ contextKeys: [["aws:username", "root"]] }) },
    FACTS,
    {
      ...RESOURCE,
      tags: [{ key: "Dept", value: "x" }],
      serviceKeys: {
        "AWS:UserId": "AIDAOTHER",
        "aws:PrincipalTag/Team": "blue",
        "orders:Total": "1",
        "orders:Absent": undefined,
      },
    },
  );
  expect(context.get("aws:username")).toBe("bob");
  expect(context.get("aws:userid")).toBe("AIDABOB");
  expect(context.get("aws:principaltag/team")).toBe("red");
  const listed = new Map(context.entries());
  expect(listed.get("aws:principalaccount")).toBe(ACCOUNT);
  expect(listed.get("orders:total")).toBe("1");
  expect(listed.get("aws:principaltag/team")).toBe("red");
  expect(listed.get("aws:resourcetag/dept")).toBe("x");
  expect(listed.has("orders:absent")).toBe(false);
  const keys = globalConditionKeys();
  expect(keys).toContain("aws:sourceip");
  expect(keys).toEqual(keys.map((key) => key.toLowerCase()));
});
