import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import { describe, expect, it } from "vitest";
import {
  isTooOld,
  withStatement,
} from "../../../packages/console/src/pages/denied/add-statement.ts";
import { findReferences } from "../../../packages/console/src/pages/denied/find-reference.ts";
import { remedyOf } from "../../../packages/console/src/pages/denied/remedy.ts";
import { simulatorLink } from "../../../packages/console/src/pages/denied/simulator-link.ts";
import { caseOf } from "../../../packages/console/src/pages/simulator/simulation-case.ts";

const UUID = "019ac8e1-5a7c-7cde-8f00-0123456789ab";
const OTHER = "3f1c1f9e-0d5b-4a62-9a7e-2a0f5a0f9d11";
const MESSAGE = `${"aZ09_-".repeat(40)}end`;

describe("what names a decision in a pasted text", () => {
  it.each([
    ["an id", ` ${UUID}\n`, [{ RequestId: UUID }]],
    ["a gateway's request id", "JKJaXmPLvHcESHA=", [{ RequestId: "JKJaXmPLvHcESHA=" }]],
    ["an encoded message", MESSAGE, [{ EncodedMessage: MESSAGE }]],
    [
      "an answer's headers",
      `HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\napigw-requestid: JKJaXmPLvHcESHA=\r\n\r\n{"message":"Forbidden"}`,
      [{ RequestId: "JKJaXmPLvHcESHA=" }],
    ],
    [
      "a REST API's body",
      `{"message":"User: arn:aws:iam::100000000000:user/ana is not authorized","encodedAuthorizationMessage":"${MESSAGE}"}`,
      [{ EncodedMessage: MESSAGE }],
    ],
    [
      "AWS's sentence",
      `You are not authorized to perform this operation. Encoded authorization failure message: ${MESSAGE}`,
      [{ EncodedMessage: MESSAGE }],
    ],
    [
      "the SDK's error",
      `AccessDenied: no { '$metadata': { httpStatusCode: 403, requestId: '${OTHER}', attempts: 1 } }`,
      [{ RequestId: OTHER }],
    ],
    [
      "the CLI's error with debug output",
      `botocore response headers: {'x-amzn-RequestId': '${OTHER}'}\nAn error occurred (AccessDenied)`,
      [{ RequestId: OTHER }],
    ],
    ["a line of the log", `{"decisionId":"${UUID}","requestId":"${OTHER}"}`, [UUID, OTHER]],
    ["nothing", "", []],
    ["a sentence", "I was denied, why?", []],
    ["an address", "https://example.com/console/denied", []],
  ])("finds it in %s", (_, text, expected) => {
    const references = expected.map((one) => (typeof one === "string" ? { RequestId: one } : one));
    expect(findReferences(text)).toEqual(references);
  });

  it("is bounded, whatever is pasted", () => {
    const started = performance.now();
    const ids = Array.from({ length: 5_000 }, (_, at) => `request id: ${at}-abcdefgh`).join("\n");
    expect(findReferences(ids)).toHaveLength(6);
    expect(findReferences(`${"request-id ".repeat(100_000)}`)).toEqual([]);
    expect(findReferences(`${"-".repeat(1_000_000)} x`).length).toBeLessThanOrEqual(6);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("a statement that is added to a policy", () => {
  const added = JSON.stringify({ Effect: "Allow", Action: "a:B", Resource: "*" });

  it("follows those that are there", () => {
    const own = { Sid: "Own", Effect: "Deny", Action: "a:C", Resource: "*" };
    const before = JSON.stringify({ Version: "2012-10-17", Id: "x", Statement: own });
    expect(JSON.parse(withStatement(before, added))).toEqual({
      Version: "2012-10-17",
      Id: "x",
      Statement: [own, JSON.parse(added)],
    });
    expect(JSON.parse(withStatement(undefined, added))).toEqual({
      Version: "2012-10-17",
      Statement: [JSON.parse(added)],
    });
  });

  it("does not go into a document that would take its variables literally", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    const variable = '{"Effect":"Allow","Action":"a:B","Resource":"arn:aws:a:::${*}"}';
    expect(isTooOld('{"Statement":[]}', variable)).toBe(true);
    expect(isTooOld('{"Version":"2012-10-17","Statement":[]}', variable)).toBe(false);
    expect(isTooOld(undefined, variable)).toBe(false);
    expect(isTooOld('{"Statement":[]}', added)).toBe(false);
  });
});

describe("what would allow a request", () => {
  const ACCOUNT = "100000000000";
  const statement = '{"Effect":"Allow","Action":"a:B","Resource":"*"}';
  const denied = (some: Partial<DecisionDescription>): DecisionDescription => ({
    DecisionId: UUID,
    Time: new Date(0),
    Outcome: "implicitDeny",
    Observed: false,
    PrincipalArn: `arn:aws:iam::${ACCOUNT}:user/ana`,
    ...some,
  });
  const suggested = (...types: readonly string[]) => ({
    SuggestedStatements: types.map((PolicyType) => ({ PolicyType, Statement: statement })),
  });

  it("is a statement of the principal's own, when nothing else stands against it", () => {
    const answer = { kind: "add", statement };
    expect(remedyOf(denied(suggested("identity-based")), ACCOUNT)).toEqual(answer);
    const PrincipalArn = `arn:aws:sts::${ACCOUNT}:assumed-role/shop/s-1`;
    expect(remedyOf(denied({ ...suggested("identity-based"), PrincipalArn }), ACCOUNT)).toEqual(
      answer,
    );
  });

  it.each([
    ["a boundary", ["permissions boundary"]],
    ["the organization", ["service control"]],
    ["the identity and the boundary", ["identity-based", "permissions boundary"]],
    ["a session's policy", ["session"]],
    ["a trust policy", ["role trust"]],
    ["a policy of a type to come", ["resource control"]],
  ])("is never an allow alone where %s is missing too", (_, types) => {
    const remedy = remedyOf(denied(suggested(...types)), ACCOUNT);
    expect(remedy.kind).toBe("obstacles");
    expect(remedy.kind === "obstacles" && remedy.obstacles.map((one) => one.policyType)).toEqual(
      types,
    );
  });

  it("is nothing to add for the root user, a federated user, or another account's principal", () => {
    for (const PrincipalArn of [
      `arn:aws:iam::${ACCOUNT}:root`,
      `arn:aws:sts::${ACCOUNT}:federated-user/f`,
      "arn:aws:iam::999999999999:user/ana",
    ])
      expect(remedyOf(denied({ ...suggested("identity-based"), PrincipalArn }), ACCOUNT).kind).toBe(
        "obstacles",
      );
  });

  it("is the deny that must go first", () => {
    const deny = { PolicyType: "identity-based", PolicyId: "own", Index: 0, Effect: "Deny" };
    const allow = { ...deny, Effect: "Allow", Index: 1 };
    const remedy = remedyOf(
      denied({
        Outcome: "explicitDeny",
        Verdicts: [
          { PolicyType: "identity-based", Outcome: "explicitDeny", Statements: [deny, allow] },
          { PolicyType: "service control", Outcome: "explicitDeny", Statements: [] },
          { PolicyType: "permissions boundary", Outcome: "allowed", Statements: [allow] },
        ],
      }),
      ACCOUNT,
    );
    expect(remedy).toMatchObject({
      kind: "obstacles",
      obstacles: [
        {
          denies: [deny],
          sentence: "A deny wins over every allow. Change or remove this statement.",
        },
        {
          denies: [],
          sentence: expect.stringContaining("Only the management account can change it."),
        },
      ],
    });
    expect(remedyOf(denied({}), ACCOUNT)).toEqual({ kind: "none" });
  });

  it("can be tried in the simulator, with the request's keys and no secret", () => {
    const link = simulatorLink(
      denied({
        Action: "orders:GetOrder",
        ResourceArn: "arn:aws:orders:us-east-1:100000000000:order/a#b&c",
        ContextEntries: [
          { ContextKeyName: "aws:SourceIp", ContextKeyValues: ["127.0.0.1"] },
          { ContextKeyName: "aws:username", ContextKeyValues: ["ana"] },
          { ContextKeyName: "orders:Token", ContextKeyValues: ["***"] },
        ],
      }),
    );
    expect(caseOf(new URL(`http://x${link}`).hash)).toEqual({
      subject: { kind: "user", name: "ana" },
      documents: [],
      actions: "orders:GetOrder",
      resources: "arn:aws:orders:us-east-1:100000000000:order/a#b&c",
      context: { "aws:sourceip": ["127.0.0.1"] },
    });
  });
});
