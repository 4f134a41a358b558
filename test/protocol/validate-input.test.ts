import { type Input, loadService, validateInput } from "@portcullis/protocol";
import { describe, expect, test } from "vitest";

const iam = await loadService("iam");
const sts = await loadService("sts");
const organizations = await loadService("organizations");

const NAME = "Member must satisfy regular expression pattern: [\\w+=,.@-]+";
const one = (violation: string) => `1 validation error detected: ${violation}`;
const at = (path: string, constraint: string) =>
  `Value at '${path}' failed to satisfy constraint: ${constraint}`;

describe("IAM, which never repeats a value", () => {
  test.each<[string, Input, string | undefined]>([
    ["CreateUser", { UserName: "bob", Path: "/a/b/", Tags: [{ Key: "k", Value: "" }] }, undefined],
    ["ListUsers", {}, undefined],
    ["GetAccountSummary", {}, undefined],
    ["CreateUser", {}, one(at("userName", "Member must not be null"))],
    ["CreateUser", { UserName: "a".repeat(64) }, undefined],
    [
      "CreateUser",
      { UserName: "a".repeat(65) },
      one(at("userName", "Member must have length less than or equal to 64")),
    ],
    [
      "GetUser",
      { UserName: "a".repeat(129) },
      one(at("userName", "Member must have length less than or equal to 128")),
    ],
    ["CreateUser", { UserName: "а" }, one(at("userName", NAME))],
    ["CreateUser", { UserName: "bob\n" }, one(at("userName", NAME))],
    ["CreateUser", { UserName: "__proto__" }, undefined],
    ...["a", "/a", "a/", "/ä/"].map((Path): [string, Input, string] => [
      "CreateUser",
      { UserName: "bob", Path },
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ]),
    [
      "CreatePolicy",
      { PolicyName: "p", PolicyDocument: "{}", Path: "a" },
      "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ],
    [
      "CreateUser",
      { UserName: "", Path: "a" },
      `3 validation errors detected: ${at("path", "Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)")}; ${at("userName", "Member must have length greater than or equal to 1")}; ${at("userName", NAME)}`,
    ],
    [
      "CreateUser",
      {
        UserName: "bob",
        Tags: [{ Key: "k", Value: "v" }, { Key: "*", Value: "v".repeat(257) }, {}],
      },
      `4 validation errors detected: ${at("tags.2.member.key", "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+")}; ${at("tags.2.member.value", "Member must have length less than or equal to 256")}; ${at("tags.3.member.key", "Member must not be null")}; ${at("tags.3.member.value", "Member must not be null")}`,
    ],
    [
      "TagUser",
      {
        UserName: "bob",
        Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: "" })),
      },
      one(at("tags", "Member must have length less than or equal to 50")),
    ],
    [
      "UpdateAccessKey",
      { AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Invalid" },
      one(at("status", "Member must satisfy enum value set")),
    ],
    [
      "ListUsers",
      { MaxItems: 0 },
      one(at("maxItems", "Member must have value greater than or equal to 1")),
    ],
    [
      "ListUsers",
      { MaxItems: 1001 },
      one(at("maxItems", "Member must have value less than or equal to 1000")),
    ],
    [
      "UntagUser",
      { UserName: "bob", TagKeys: ["ok", ""] },
      one(
        at(
          "tagKeys",
          "Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+]",
        ),
      ),
    ],
    [
      "CreateAccountAlias",
      { AccountAlias: "a--b" },
      one(
        at(
          "accountAlias",
          "Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
        ),
      ),
    ],
    ["CreateAccountAlias", { AccountAlias: "a-b" }, undefined],
    [
      "UpdateServiceSpecificCredential",
      { ServiceSpecificCredentialId: "ACCA-1234567890123456", Status: "Active" },
      one(
        at("serviceSpecificCredentialId", "Member must satisfy regular expression pattern: [\\w]+"),
      ),
    ],
    [
      "AttachUserPolicy",
      { UserName: "bob", PolicyArn: "short" },
      one(at("policyArn", "Member must have length greater than or equal to 20")),
    ],
    [
      "PutAccountProperties",
      { Properties: { "9": "" } },
      `2 validation errors detected: ${at("properties.9.key", "Member must satisfy regular expression pattern: ^[A-Za-z][A-Za-z0-9/_-]*$")}; ${at("properties.9.member", "Member must have length greater than or equal to 1")}`,
    ],
  ])("%s %j", (operation, input, expected) => {
    expect(validateInput(iam, operation, input)).toBe(expected);
  });

  test("lengths are in code points, not UTF-16", () => {
    const key = (count: number) => ({
      UserName: "bob",
      Tags: [{ Key: "𠮷".repeat(count), Value: "" }],
    });
    expect(validateInput(iam, "TagUser", key(128))).toBeUndefined();
    expect(validateInput(iam, "TagUser", key(129))).toBe(
      one(at("tags.1.member.key", "Member must have length less than or equal to 128")),
    );
  });
});

describe("STS and Organizations, which do", () => {
  const RoleArn = "arn:aws:iam::100000000000:role/r";
  const RoleSessionName = "session";
  test.each<[typeof sts, string, Input, string | undefined]>([
    [sts, "AssumeRole", { RoleArn, RoleSessionName }, undefined],
    [
      sts,
      "AssumeRole",
      { RoleSessionName },
      one("Value null at 'roleArn' failed to satisfy constraint: Member must not be null"),
    ],
    [
      sts,
      "AssumeRole",
      { RoleArn, RoleSessionName: "Session1:2" },
      one(
        "Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
      ),
    ],
    [
      sts,
      "AssumeRole",
      { RoleArn, RoleSessionName, DurationSeconds: 899 },
      one(
        "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
      ),
    ],
    [
      sts,
      "AssumeRole",
      { RoleArn, RoleSessionName, TransitiveTagKeys: ["a", "*"] },
      one(
        "Value '[a, *]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+]",
      ),
    ],
    [
      sts,
      "AssumeRoleWithSAML",
      { RoleArn, PrincipalArn: RoleArn, SAMLAssertion: "x" },
      one(
        "Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4",
      ),
    ],
    [sts, "GetCallerIdentity", {}, undefined],
    [
      organizations,
      "DescribeAccount",
      { AccountId: "12" },
      one(
        "Value '12' at 'accountId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\\d{12}$",
      ),
    ],
    [
      organizations,
      "ListPolicies",
      { Filter: "X" },
      expect.stringMatching(
        /Value 'X' at 'filter' .*: Member must satisfy enum value set: \[SERVICE_CONTROL_POLICY, /,
      ),
    ],
  ])("%o %s %j", (service, operation, input, expected) => {
    expect(validateInput(service, operation, input)).toEqual(expected);
  });

  test("a long value is cut short in the message", () => {
    const message = validateInput(sts, "AssumeRole", {
      RoleArn,
      RoleSessionName: "x".repeat(1_000_000),
    });
    expect(message).toMatch(
      /^1 validation error detected: Value 'x{256}\.\.\.' at 'roleSessionName'/,
    );
  });
});

test("an operation that the service has not is a bug", () => {
  expect(() => validateInput(iam, "NoSuch", {})).toThrow(TypeError);
});

test("the table of constraints knows every operation with input, and no other", () => {
  for (const service of [iam, sts, organizations]) {
    for (const [operation, { input }] of service.operations) {
      const shape = service.constraints.operations[operation];
      const members = shape === undefined ? {} : (service.constraints.shapes[shape]?.members ?? {});
      for (const member of Object.keys(members))
        expect(input?.members.has(member), `${operation}.${member}`).toBe(true);
    }
    for (const operation of Object.keys(service.constraints.operations))
      expect(service.operations.has(operation)).toBe(true);
  }
  const limited = Object.keys(iam.constraints.operations).length;
  expect(limited).toBeGreaterThan(160);
});

test("no pattern of AWS's is slow on a value of the greatest length that it is matched with", () => {
  const hostile = ["a", "/", "-", ".", "@", "a-", "/a", "@.", "a@a.", "ou-", "\u2028", "1", " "];
  for (const service of [iam, sts, organizations]) {
    for (const [name, { pattern, max }] of Object.entries(service.constraints.shapes)) {
      if (pattern === undefined || (max ?? 0) > 200_000) continue;
      for (const part of hostile) {
        const value = `${part.repeat(Math.max(1024, max ?? 0) / part.length)}\u0000`;
        const operation = {
          ...service,
          operations: new Map([["X", undefined as never]]),
          constraints: {
            operations: { X: "X" },
            shapes: { ...service.constraints.shapes, X: { members: { Y: { shape: name } } } },
          },
        };
        const start = performance.now();
        validateInput(operation, "X", { Y: value });
        expect(performance.now() - start, `${service.name} ${name} ${part}`).toBeLessThan(5_000);
      }
    }
  }
});

test("ten thousand faults make a message of a hundred", () => {
  const Tags = Array.from({ length: 10_000 }, () => ({ Key: "*".repeat(100), Value: "*" }));
  const message = validateInput(iam, "TagUser", { UserName: "bob", Tags }) ?? "";
  expect(message.match(/failed to satisfy/g)?.length).toBeLessThanOrEqual(101);
  expect(message.length).toBeLessThan(20_000);
});
