import { expect, test } from "vitest";
import {
  parsePolicy,
  policySize,
  requiredContextKeys,
  splitArn,
  statementPosition,
} from "../../packages/policy/src/index.ts";

function parsed(text: string) {
  const result = parsePolicy(text, "identity");
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.policy;
}

test("splitArn splits at the first five colons only", () => {
  expect(splitArn("arn:aws:logs:us-east-1:111122223333:log-group:a:b")).toEqual({
    partition: "aws",
    service: "logs",
    region: "us-east-1",
    account: "111122223333",
    resource: "log-group:a:b",
  });
  expect(splitArn("arn:aws:s3:::")).toEqual({
    partition: "aws",
    service: "s3",
    region: "",
    account: "",
    resource: "",
  });
});

test.each(["", "*", "arn", "arn:aws:s3", "arn:aws:s3::bucket", "urn:aws:s3:::bucket"])(
  "%j is no ARN",
  (text) => {
    expect(splitArn(text)).toBeUndefined();
  },
);

test("policySize counts characters without white space", () => {
  expect(policySize(' {\n\t"Version" : "2012 - 10"\r\n} ')).toBe('{"Version":"2012-10"}'.length);
  expect(policySize("\u00e9\u00ff")).toBe(2);
  expect(policySize("")).toBe(0);
});

// Recorded from AWS: one line, the statement's braces at indices 39 and 111.
test("statementPosition in one line", () => {
  const text =
    '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}';
  const [statement] = parsed(text).statements;
  expect(text.indexOf("{", 1)).toBe(39);
  expect(statementPosition(text, statement!)).toMatchObject({
    start: { line: 1, column: 41 },
    end: { line: 1, column: 113 },
  });
});

test("statementPosition in a document of several lines", () => {
  const text = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
        }, { "Effect": "Deny", "Action": "*", "Resource": "*" }
    ]
}`;
  const [first, second] = parsed(text).statements;
  expect(statementPosition(text, first!)).toMatchObject({
    start: { line: 4, column: 10 },
    end: { line: 8, column: 10 },
  });
  expect(statementPosition(text, second!).start).toMatchObject({ line: 8, column: 13 });
  expect(text.slice(second!.start, second!.end)).toBe(
    '{ "Effect": "Deny", "Action": "*", "Resource": "*" }',
  );
});

test("requiredContextKeys names keys of conditions and variables once, as they are spelt", () => {
  const statement = {
    Effect: "Allow",
    Action: "*",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so
    Resource: ["arn:aws:orders:${not:here}:1:${aws:username}/${*}/${aws:PrincipalTag/team, 'x'}"],
    Condition: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables are written so
      StringEquals: { "aws:SourceIp": "a${aws:userid}" },
      IpAddress: { "AWS:sourceip": ["10.0.0.0/8"] },
      Null: { "orders:a": "true" },
    },
  };
  const document = (version?: string) => JSON.stringify({ Version: version, Statement: statement });
  expect(requiredContextKeys(parsed(document("2012-10-17")))).toEqual([
    "aws:username",
    "aws:PrincipalTag/team",
    "aws:SourceIp",
    "aws:userid",
    "orders:a",
  ]);
  expect(requiredContextKeys(parsed(document()))).toEqual(["aws:SourceIp", "orders:a"]);
});

test("issues say where", () => {
  const result = parsePolicy(
    JSON.stringify({
      Version: "x",
      Id: 7,
      Extra: 1,
      Statement: [
        {
          Effect: "Allow",
          Action: "a:b",
          Resource: "*",
          Condition: { Bool: { "a:b": "x" }, X: { "a:b": "1" } },
        },
        { Sid: "!", Effect: "no", Action: "a", Resource: "b", More: 1 },
      ],
    }),
    "identity",
  );
  expect(result.ok ? [] : result.issues.map(({ path }) => path)).toEqual([
    "Extra",
    "Version",
    "Id",
    "Statement[1].More",
    "Statement[1].Effect",
    "Statement[0].Condition.X",
    "Statement[0].Condition.Bool.a:b",
    "Statement[1].Resource",
    "Statement[1].Sid",
    "Statement[1].Action",
  ]);
});

test("a document that is no JSON says where", () => {
  const result = parsePolicy('{\n  "Version": "2012-10-17",\n}', "identity");
  expect(result).toMatchObject({ ok: false, issues: [{ path: "line 3 column 1" }] });
});
