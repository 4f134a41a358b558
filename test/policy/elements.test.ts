import { expect, test } from "vitest";
import { type PolicyKind, parsePolicy, printPolicy } from "../../packages/policy/src/index.ts";

/** The paths of what is wrong with a document of one statement. */
function wrongIn(kind: PolicyKind, statement: object): readonly string[] {
  const result = parsePolicy(
    JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    kind,
  );
  return result.ok ? [] : result.issues.map(({ path }) => path);
}

const TRUST = { Effect: "Allow", Action: "sts:AssumeRole" };
const ALLOW = { Effect: "Allow", Action: "*", Resource: "*" };

test.each([
  "*",
  "111122223333",
  "arn:aws:iam::111122223333:root",
  "arn:aws-cn:iam::111122223333:user/a/b",
  "arn:aws:iam::111122223333:role/r",
  "arn:aws:sts::111122223333:assumed-role/r/s",
  "arn:aws:sts::111122223333:federated-user/f",
  "AIDAABCDEFGHIJKLMNOP",
  "AROAABCDEFGHIJKLMNOP",
])("%j is a principal", (AWS) => {
  expect(wrongIn("trust", { ...TRUST, Principal: { AWS } })).toEqual([]);
});

test.each([
  "",
  "1111222233334",
  "11112222333",
  "x111122223333",
  "xarn:aws:iam::111122223333:root",
  "arn:aws:iam::111122223333:rooted",
  "arn:aws:iam::111122223333:user/",
  "arn:aws:iam::111122223333:group/g",
  "arn:aws7:iam::111122223333:root",
  "arn:aws:sts::111122223333:assumed-role/r",
  "arn:aws:iam::111122223333:user/*",
  "xAIDAABCDEFGHIJKLMNOP",
  "AIDAABCDEFGHIJKLMNOP!",
  "AGPAABCDEFGHIJKLMNOP",
])("%j is no principal", (AWS) => {
  expect(wrongIn("trust", { ...TRUST, Principal: { AWS } })).toEqual([
    "Statement[0].Principal.AWS",
  ]);
});

test.each(["allow", "Allowed", "xDeny", "", "DENY "])("%j is no effect", (Effect) => {
  expect(wrongIn("identity", { ...ALLOW, Effect })).toEqual(["Statement[0].Effect"]);
});

test("what a trust policy may speak of", () => {
  for (const name of ["AssumeRoleWithSAML", "SetContext", "TagSession", "assumerole*"]) {
    expect(wrongIn("trust", { ...TRUST, Action: `sts:${name}`, Principal: "*" }), name).toEqual([]);
  }
  for (const action of ["sts:GetCallerIdentity", "iam:AssumeRole", "xsts:AssumeRole"]) {
    expect(wrongIn("trust", { ...TRUST, Action: action, Principal: "*" }), action).toHaveLength(1);
  }
});

test("every partition, and none that is not one", () => {
  for (const partition of ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "*"])
    expect(
      wrongIn("identity", { ...ALLOW, Resource: `arn:${partition}:s3:::b` }),
      partition,
    ).toEqual([]);
  expect(wrongIn("identity", { ...ALLOW, Resource: "arn:aws-moon:s3:::b" })).toHaveLength(1);
});

test.each<[name: string, kind: PolicyKind, statement: object]>([
  ["everyone", "resource", { ...ALLOW, Principal: "*" }],
  ["everyone and somebody", "resource", { ...ALLOW, Principal: { AWS: ["*", "111122223333"] } }],
  [
    "everyone and a service",
    "resource",
    { ...ALLOW, Principal: { AWS: "*", Service: "s3.amazonaws.com" } },
  ],
  [
    "all but somebody",
    "resource",
    { Effect: "Deny", Action: "*", Resource: "*", NotPrincipal: { AWS: "111122223333" } },
  ],
  [
    "all but some actions and resources",
    "identity",
    { Effect: "Deny", NotAction: "a:B", NotResource: "arn:aws:a:::r" },
  ],
])("a printed statement reads as the same one: %s", (_, kind, statement) => {
  const read = (text: string) => {
    const result = parsePolicy(text, kind);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return result.policy;
  };
  const first = read(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
  const again = read(printPolicy(first));
  const withoutPlaces = ({ statements, ...policy }: typeof first) => ({
    ...policy,
    statements: statements.map((item) => ({ ...item, start: 0, end: 0 })),
  });
  expect(withoutPlaces(again)).toEqual(withoutPlaces(first));
});
