// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from "vitest";
import {
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
} from "../../packages/analysis/src/index.ts";
import { ACCOUNT, allow, deny, doc, trusting, userArn } from "./account.ts";

const ORDER = "arn:aws:orders:*:*:order/*";
const EXAMPLE = "arn:aws:orders:us-east-1:111122223333:order/example";
const OTHER = "444455556666";
const to = (AWS: unknown, more: object = {}) => ({ Principal: { AWS }, ...more });
const when = (operator: string, keys: object) => ({ Condition: { [operator]: keys } });
const identity = { kind: "identity" } as const;
const resource = { kind: "resource" } as const;
const trust = { kind: "trust" } as const;
const TOO_LARGE = [{ description: "The documents are larger than is compared." }];
const EFFORT = "The patterns are too intricate to be compared within the limit of work.";
/** Just below the limit together with little else, and beyond it when given twice. */
const large = (more: object = {}) =>
  doc(allow("orders:GetOrder", `arn:aws:orders:::${"x".repeat(600_000)}`, more));

test("more principals than are told apart are no pass", () => {
  const names = Array.from({ length: 1_001 }, (_, at) => userArn(`u${at}`));
  const many = doc(allow("a:B", ORDER, to(names)));
  const undecided = {
    result: "UNDECIDED",
    reasons: [{ description: "The policies name more principals than are told apart." }],
  };
  expect(checkNoNewAccess([many], [many], resource)).toMatchObject(undecided);
  expect(checkAccessNotGranted([many], [{}], resource)).toMatchObject(undecided);
});

describe("checkNoNewAccess", () => {
  test.each([
    ["a deny of the same document", [doc(allow("a:*"), deny("a:B"))], [doc(allow("a:C"))], "PASS"],
    ["a deny that is gone", [doc(allow("a:*"), deny("a:B"))], [doc(allow("a:*"))], "FAIL"],
    ["a deny that is new", [doc(allow("a:B"))], [doc(allow("a:*"), deny("a:C*"))], "FAIL"],
    ["all that is new denied", [doc(allow("a:B"))], [doc(allow("a:*")), doc(deny("a:?*"))], "PASS"],
    [
      "an old deny replaced",
      [doc(allow("*"), deny("a:B"))],
      [doc(allow("*"), deny("a:*"))],
      "PASS",
    ],
    [
      "the second of two documents",
      [doc(allow("a:B"))],
      [doc(allow("a:B")), doc(allow("c:D"))],
      "FAIL",
    ],
    [
      "two documents instead of one",
      [doc(allow(["a:B", "c:D"]))],
      [doc(allow("a:B")), doc(allow("c:D"))],
      "PASS",
    ],
  ])("%s", (_, existing, updated, result) => {
    expect(checkNoNewAccess(existing, updated, identity).result).toBe(result);
  });

  test.each([
    ["of a resource: another account", resource, to(ACCOUNT), to([ACCOUNT, OTHER]), "FAIL"],
    ["of a resource: one account less", resource, to([ACCOUNT, OTHER]), to(OTHER), "PASS"],
    ["of a resource: a user of the account", resource, to(ACCOUNT), to(userArn("ana")), "FAIL"],
  ])("%s", (_, options, existing, updated, result) => {
    const check = checkNoNewAccess(
      [doc(allow("a:B", ORDER, existing))],
      [doc(allow("a:B", ORDER, updated))],
      options,
    );
    expect(check.result).toBe(result);
  });

  test("of a trust policy: another account, of which the counterexample is", () => {
    const check = checkNoNewAccess(
      [trusting({ AWS: ACCOUNT })],
      [trusting({ AWS: [ACCOUNT, OTHER] }, { Sid: "Both" })],
      trust,
    );
    expect(check).toMatchObject({
      result: "FAIL",
      message: "The updated permissions allow new access.",
      counterexample: { principal: { account: OTHER }, action: "sts:AssumeRole" },
      reasons: [{ document: 0, statementIndex: 0, statementId: "Both" }],
    });
    expect(checkNoNewAccess([trusting({ AWS: OTHER })], [trusting({ AWS: OTHER })], trust)).toEqual(
      {
        result: "PASS",
        message:
          "The updated permissions do not allow new access compared to the existing permissions.",
        reasons: [],
      },
    );
  });

  test.each([
    ["any caller", "*", `by ${userArn("example")} that its own policies allow, too`],
    ["a service", { Service: "a.example.com" }, "by a Service"],
    ["a provider", { Federated: "idp.example.com" }, "by a Federated"],
  ])("the reason names the caller: %s", (_, Principal, text) => {
    const nobody = doc(deny("a:B", ORDER, { Principal }));
    const check = checkNoNewAccess([nobody], [doc(allow("a:B", ORDER, { Principal }))], resource);
    expect(check.result).toBe("FAIL");
    expect(check.reasons[0]?.description).toContain(text);
  });

  test("the reason says what the caller's own policies still decide", () => {
    const owned = (existing: object, updated: object) =>
      checkNoNewAccess([doc(allow("a:B", ORDER, existing))], [doc(allow("a:B", ORDER, updated))], {
        ...resource,
        account: ACCOUNT,
      }).reasons.map(({ description }) => description.slice(description.indexOf(" by ")));
    const ana = userArn("ana");
    expect(owned(to(OTHER), to(ana))).toEqual([
      ` by a statement of the updated policy: a:B on ${EXAMPLE} by ${ana} that no identity policy allows.`,
    ]);
    expect(owned(to(ana), to(ana))).toEqual([]);
    expect(owned(to(ACCOUNT), to(ACCOUNT))).toEqual([]);
  });

  test("what is invalid, too large or too intricate is no pass", () => {
    const fine = doc(allow("a:B"));
    expect(checkNoNewAccess(["{}"], [fine], identity)).toMatchObject({
      result: "INVALID",
      message: "The existing policy is not valid: Syntax errors in policy.",
    });
    expect(checkNoNewAccess([fine], ["{}"], identity)).toMatchObject({
      result: "INVALID",
      message: "The updated policy is not valid: Syntax errors in policy.",
    });
    expect(checkNoNewAccess([large()], [large()], identity)).toMatchObject({
      result: "UNDECIDED",
      reasons: TOO_LARGE,
    });
    expect(checkNoNewAccess([large()], [], identity).result).toBe("PASS");
    const spent = checkNoNewAccess([fine], [doc(allow("a:*"))], { ...identity, effort: 0 });
    expect(spent).toMatchObject({ result: "UNDECIDED", reasons: [{ description: EFFORT }, {}] });
  });
});

describe("checkAccessNotGranted", () => {
  test.each([
    ["the action", doc(allow("a:B")), [{ actions: ["a:B"] }], "FAIL"],
    ["another action", doc(allow("a:B")), [{ actions: ["a:C"] }], "PASS"],
    ["any action", doc(allow("a:B")), [{}], "FAIL"],
    [
      "the second question",
      doc(allow("a:B")),
      [{ actions: ["c:*"] }, { actions: ["a:*"] }],
      "FAIL",
    ],
    [
      "the resource",
      doc(allow("*", "arn:aws:a:::x/*")),
      [{ resources: ["arn:aws:a:::x/1"] }],
      "FAIL",
    ],
    [
      "another resource",
      doc(allow("*", "arn:aws:a:::x/*")),
      [{ resources: ["arn:aws:a:::y/1"] }],
      "PASS",
    ],
    ["a deny", doc(allow("a:*"), deny("a:B")), [{ actions: ["a:B"] }], "PASS"],
    ["a deny of part", doc(allow("a:*"), deny("a:B")), [{ actions: ["a:*"] }], "FAIL"],
    ["no question", doc(allow("*")), [], "PASS"],
  ])("%s", (_, text, access, result) => {
    expect(checkAccessNotGranted([text], access, identity).result).toBe(result);
  });

  test("a question has no policy variables", () => {
    const bob = doc(allow("a:B", "arn:aws:a:::x/bob"));
    const asked = (resource: string) =>
      checkAccessNotGranted([bob], [{ resources: [resource] }], identity).result;
    expect(asked("arn:aws:a:::x/${aws:username}")).toBe("PASS");
    expect(asked("arn:aws:a:::x/b?b")).toBe("FAIL");
  });

  test("the effort that is given is the limit", () => {
    const few = { ...identity, effort: 1 };
    expect(checkAccessNotGranted([doc(allow("*"))], [{}], few).result).toBe("UNDECIDED");
  });

  test("a deny counts for its principals alone, an allow too", () => {
    const some = (denied: unknown) =>
      doc(allow("a:B", ORDER, to([ACCOUNT, OTHER])), deny("a:B", ORDER, to(denied)));
    const access = [{ actions: ["a:B"] }];
    expect(checkAccessNotGranted([some(OTHER)], access, resource)).toMatchObject({
      result: "FAIL",
      message: "The policy document grants access that it must not.",
      counterexample: { principal: { account: ACCOUNT }, action: "a:B" },
      reasons: [{ document: 0, statementIndex: 0 }],
    });
    expect(checkAccessNotGranted([some([ACCOUNT, OTHER])], access, resource)).toEqual({
      result: "PASS",
      message:
        "The policy document does not grant access to perform the listed actions or resources.",
      reasons: [],
    });
    const found = checkAccessNotGranted(
      [trusting({ AWS: OTHER })],
      [{ actions: ["sts:*"] }],
      trust,
    );
    expect(found).toMatchObject({
      result: "FAIL",
      counterexample: { principal: { account: OTHER } },
    });
  });

  test("what is invalid, too large or too intricate is no pass", () => {
    expect(checkAccessNotGranted(["{}"], [{}], identity)).toMatchObject({
      result: "INVALID",
      message: "The given policy is not valid: Syntax errors in policy.",
    });
    const long = "x".repeat(600_000);
    for (const access of [[{ actions: [long] }], [{ resources: [long] }]])
      expect(checkAccessNotGranted([large()], access, identity)).toMatchObject({
        result: "UNDECIDED",
        reasons: TOO_LARGE,
      });
    expect(
      checkAccessNotGranted([doc(allow("*"))], [{}], { ...identity, effort: 0 }),
    ).toMatchObject({ result: "UNDECIDED", reasons: [{ description: EFFORT }] });
  });
});

describe("checkNoPublicAccess", () => {
  const of = (more: object, ...others: readonly object[]) =>
    checkNoPublicAccess([doc(allow("a:B", ORDER, more), ...others)], resource);
  const everyone = (condition: object) => of({ Principal: "*", ...condition }).result;

  test.each([
    ["everyone", { Principal: "*" }, "FAIL"],
    ["every AWS principal", to("*"), "FAIL"],
    ["an account", to(ACCOUNT), "PASS"],
    ["a user", to(userArn("ana")), "PASS"],
    ["a service", { Principal: { Service: "a.example.com" } }, "PASS"],
    ["a company's provider", { Principal: { Federated: "idp.example.com" } }, "PASS"],
    [
      "a provider whose name ends like a public one",
      { Principal: { Federated: "xgitlab.com" } },
      "PASS",
    ],
    ["a public name as a folder", { Principal: { Federated: "gitlab.com/x" } }, "PASS"],
  ])("%s", (_, more, result) => {
    expect(of(more).result).toBe(result);
  });

  test.each([
    "accounts.google.com",
    "www.amazon.com",
    "graph.facebook.com",
    "cognito-identity.amazonaws.com",
    "token.actions.githubusercontent.com",
    "app.terraform.io",
    "gitlab.com",
    `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
  ])("anybody has a token of %s", (Federated) => {
    const check = (more: object) =>
      checkNoPublicAccess(
        [
          doc({
            Effect: "Allow",
            Principal: { Federated },
            Action: "sts:AssumeRoleWithWebIdentity",
            ...more,
          }),
        ],
        trust,
      );
    expect(check({})).toMatchObject({
      result: "FAIL",
      message: "The resource policy grants public access.",
      counterexample: { principal: { type: "Federated", provider: Federated } },
    });
    const host = Federated.slice(Federated.lastIndexOf("/") + 1);
    expect(check(when("StringEquals", { [`${host}:sub`]: "me" })).result).toBe("PASS");
    expect(check(when("StringLike", { [`${host}:sub`]: "*" })).result).toBe("FAIL");
  });

  test.each([
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/team",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "aws:username",
    "sts:ExternalId",
  ])("a value of %s tells those that the policy knows", (key) => {
    expect(everyone(when("StringLike", { [key]: "known-*" }))).toBe("PASS");
    expect(everyone(when("StringNotLike", { [key]: "known-*" }))).toBe("FAIL");
    expect(everyone(when("StringLike", { [key]: "*" }))).toBe("FAIL");
    expect(everyone(when("StringLike", { [key]: `${"?".repeat(40)}*` }))).toBe("FAIL");
  });

  test("keys that callers choose tell nobody", () => {
    expect(everyone(when("StringEquals", { "aws:UserAgent": "mine" }))).toBe("FAIL");
    expect(everyone(when("StringEquals", { "aws:Referer": "mine" }))).toBe("FAIL");
    expect(everyone(when("Bool", { "aws:SecureTransport": "true" }))).toBe("FAIL");
    expect(everyone(when("StringEquals", { "xaws:SourceAccount": ACCOUNT }))).toBe("FAIL");
  });

  test("a stranger's account is none that a condition names", () => {
    const not = (account: string) =>
      everyone(when("StringNotEquals", { "aws:PrincipalAccount": account }));
    expect([not(ACCOUNT), not("999999999999")]).toEqual(["FAIL", "FAIL"]);
    const is = (account: string) =>
      everyone(when("StringEquals", { "aws:PrincipalAccount": account }));
    expect([is(ACCOUNT), is("999999999999")]).toEqual(["PASS", "PASS"]);
    expect(of({ Principal: "*" }, deny("a:B", ORDER, to("100000000001"))).result).toBe("FAIL");
  });

  test.each([
    ["192.0.2.0/24", "PASS"],
    ["11.0.0.0/8", "PASS"],
    ["10.0.0.0/7", "FAIL"],
    ["0.0.0.0/0", "FAIL"],
    ["2001:db8::/32", "PASS"],
    ["2001:db8::/31", "FAIL"],
    ["::/0", "FAIL"],
  ])("addresses in %s", (range, result) => {
    expect(everyone(when("IpAddress", { "aws:SourceIp": range }))).toBe(result);
    // The caller may be outside, of the other version of IP, or without an address.
    expect(everyone(when("NotIpAddress", { "aws:SourceIp": range }))).toBe("FAIL");
  });

  test("a stranger is anonymous or a user, of an account that no statement names", () => {
    const type = (value: string) => when("StringEquals", { "aws:PrincipalType": value });
    expect([everyone(type("User")), everyone(type("Anonymous"))]).toEqual(["FAIL", "FAIL"]);
    const denied = deny("a:B", ORDER, to("100000000001"));
    expect(of({ Principal: "*", ...type("User") }, denied).result).toBe("FAIL");
  });

  test("a pattern that strangers' accounts and ARNs match is public", () => {
    const like = (key: string, value: string) => everyone(when("StringLike", { [key]: value }));
    expect(like("aws:SourceAccount", "9*")).toBe("FAIL");
    expect(like("aws:SourceArn", "arn:aws:iam::*:user/*")).toBe("FAIL");
    expect(like("aws:SourceArn", `arn:aws:iam::${ACCOUNT}:user/*`)).toBe("PASS");
  });

  test("the effort that is given is the limit", () => {
    const text = doc(allow("a:B", ORDER, { Principal: "*" }));
    expect(checkNoPublicAccess([text], { ...resource, effort: 1 }).result).toBe("UNDECIDED");
  });

  test.each([
    [["192.0.2.0/24", "::/0"], "FAIL"],
    [["2001:db8::/64", "0.0.0.0/0"], "FAIL"],
    [["192.0.2.0/24", "192.0.0.0/7"], "FAIL"],
    [["0.0.0.0/8", "0.0.0.0/7"], "FAIL"],
    [["192.0.2.0/24", "2001:db8::/64"], "PASS"],
    [["192.0.2.0/24", "192.0.0.0/16"], "PASS"],
  ])("addresses in one of %j", (ranges, result) => {
    expect(everyone(when("IpAddress", { "aws:SourceIp": ranges }))).toBe(result);
  });

  test("a wide range is public beside a narrow one", () => {
    const ranges = { "aws:SourceIp": ["192.0.2.0/24", "128.0.0.0/1"] };
    expect(everyone(when("IpAddress", ranges))).toBe("FAIL");
  });

  test("a deny of everyone counts, one of an account does not", () => {
    expect(of({ Principal: "*" }, deny("a:*", "*", { Principal: "*" })).result).toBe("PASS");
    expect(of({ Principal: "*" }, deny("a:*", "*", to(ACCOUNT))).result).toBe("FAIL");
    expect(of(to(ACCOUNT), allow("a:C", ORDER, { Principal: "*" }))).toMatchObject({
      result: "FAIL",
      counterexample: { action: "a:C" },
      reasons: [{ statementIndex: 1 }],
    });
  });

  test("what is invalid, too large or too intricate is no pass", () => {
    expect(checkNoPublicAccess(["{}"], resource)).toMatchObject({
      result: "INVALID",
      message: "The given policy is not valid: Syntax errors in policy.",
    });
    const half = large({ Principal: "*" });
    expect(checkNoPublicAccess([half, half], resource)).toMatchObject({
      result: "UNDECIDED",
      reasons: TOO_LARGE,
    });
    const spent = checkNoPublicAccess([doc(allow("a:B", ORDER, { Principal: "*" }))], {
      ...resource,
      effort: 0,
    });
    expect(spent).toMatchObject({ result: "UNDECIDED", reasons: [{ description: EFFORT }] });
    expect(checkNoPublicAccess([doc(allow("a:B", ORDER, to(ACCOUNT)))], resource)).toEqual({
      result: "PASS",
      message: "The resource policy does not grant public access.",
      reasons: [],
    });
  });
});
