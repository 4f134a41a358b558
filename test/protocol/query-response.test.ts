import { encodeError, encodeResponse, errorStatus, loadService } from "@portcullis/protocol";
import { expect, test } from "vitest";

const iam = await loadService("iam");
const sts = await loadService("sts");
const organizations = await loadService("organizations");

test("an operation with output", () => {
  const User = {
    Path: "/",
    UserName: "bob",
    CreateDate: new Date("2011-12-19T23:16:46.999Z"),
    Tags: [],
    Arn: undefined,
  };
  expect(encodeResponse(iam, "GetUser", { User, Unknown: 1 }, "req-1")).toEqual({
    status: 200,
    headers: { "content-type": "text/xml", "x-amzn-requestid": "req-1" },
    body:
      '<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User><Path>/</Path><UserName>bob</UserName>' +
      "<CreateDate>2011-12-19T23:16:46Z</CreateDate><Tags></Tags></User></GetUserResult>" +
      "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></GetUserResponse>",
  });
});

test("an operation without", () => {
  expect(encodeResponse(iam, "DeleteUser", {}, "req-1").body).toBe(
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></DeleteUserResponse>',
  );
});

test("lists have members, maps have entries", () => {
  const listed = encodeResponse(
    iam,
    "ListUserPolicies",
    { PolicyNames: ["a", "<b>"], IsTruncated: false },
    "r",
  ).body;
  expect(listed).toContain(
    "<PolicyNames><member>a</member><member>&lt;b&gt;</member></PolicyNames><IsTruncated>false</IsTruncated>",
  );
  const summary = encodeResponse(iam, "GetAccountSummary", { SummaryMap: { Users: 1 } }, "r").body;
  expect(summary).toContain(
    "<SummaryMap><entry><key>Users</key><value>1</value></entry></SummaryMap>",
  );
});

test("text that XML cannot carry is replaced, all else is escaped", () => {
  const { body } = encodeError(
    iam,
    { code: "InvalidInput", message: "\u0000\u001b<a>&\"'\r\n\t\ud800\ufffe😀" },
    "r",
  );
  expect(body).toContain(
    "<Message>\ufffd\ufffd&lt;a&gt;&amp;&quot;&apos;&#xD;\n\t\ufffd\ufffd😀</Message>",
  );
});

const ESCAPED = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
  ["\r", "&#xD;"],
]);
test.each([...Array(0x180).keys(), 0xd800, 0xdfff, 0xe000, 0xfffd, 0xfffe, 0xffff])(
  "a text with no other special character than %i is written as XML has it",
  (code) => {
    const character = String.fromCharCode(code);
    const isForbidden =
      (code < 0x20 && !"\t\n\r".includes(character)) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      code >= 0xfffe;
    const expected = isForbidden ? "\ufffd" : (ESCAPED.get(character) ?? character);
    const { body } = encodeError(iam, { code: "Odd", message: `a${character}b` }, "r");
    expect(body).toContain(`<Message>a${expected}b</Message>`);
  },
);

test("errors", () => {
  expect(
    encodeError(
      iam,
      { code: "NoSuchEntity", message: "The user with name bob cannot be found." },
      "req-2",
    ),
  ).toEqual({
    status: 404,
    headers: { "content-type": "text/xml", "x-amzn-requestid": "req-2" },
    body:
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>' +
      "<Message>The user with name bob cannot be found.</Message></Error><RequestId>req-2</RequestId></ErrorResponse>",
  });
  expect(encodeError(sts, { code: "Odd", message: "", status: 503 }, "r").body).toContain(
    "<Type>Receiver</Type>",
  );
  expect(
    encodeError(sts, { code: "Odd", message: "", status: 503, type: "Sender" }, "r").body,
  ).toContain("<Type>Sender</Type>");
});

test.each([
  [iam, "ReportNotPresent", 410],
  [iam, "DeleteConflict", 409],
  [iam, "ServiceFailure", 500],
  [iam, "InternalFailure", 500],
  [iam, "ValidationError", 400],
  [iam, "SignatureDoesNotMatch", 403],
  [iam, "constructor", 400],
  [sts, "ExpiredTokenException", 400],
  [sts, "ExpiredToken", 403],
  [sts, "IDPRejectedClaim", 403],
  [organizations, "AccessDeniedException", 400],
  [organizations, "AccessDenied", 400],
  [organizations, "ServiceException", 500],
] as const)("$0.name $1 has status $2", (service, code, status) => {
  expect(errorStatus(service, code)).toBe(status);
});

test("JSON, if the request accepts that before XML", () => {
  const output = { Account: "1", Arn: "arn", UserId: "id" };
  const answer = (accept?: string) =>
    encodeResponse(sts, "GetCallerIdentity", output, "req-1", accept);
  expect(answer("application/json")).toEqual({
    status: 200,
    headers: { "content-type": "application/json", "x-amzn-requestid": "req-1" },
    body: '{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"UserId":"id","Account":"1","Arn":"arn"},"ResponseMetadata":{"RequestId":"req-1"}}}',
  });
  for (const accept of [
    "APPLICATION/JSON; charset=utf-8",
    "application/json, text/plain, */*",
    "text/html, application/json;q=0.5, application/xml",
  ])
    expect(answer(accept).headers["content-type"]).toBe("application/json");
  for (const accept of [
    undefined,
    "",
    "*/*",
    "text/xml",
    "application/xml, application/json",
    "application/json;q=0, */*",
    "application/jsonp",
  ])
    expect(answer(accept).headers["content-type"]).toBe("text/xml");
});

test("JSON has epoch seconds, null for absent members, and errors", () => {
  const Credentials = {
    AccessKeyId: "ASIA",
    SecretAccessKey: "s",
    SessionToken: "t",
    Expiration: new Date("2026-01-01T00:00:00Z"),
  };
  const json = "application/json";
  expect(JSON.parse(encodeResponse(sts, "AssumeRole", { Credentials }, "r", json).body)).toEqual({
    AssumeRoleResponse: {
      AssumeRoleResult: {
        Credentials: { ...Credentials, Expiration: 1_767_225_600 },
        AssumedRoleUser: null,
        PackedPolicySize: null,
        SessionTokenSize: null,
        SessionTokenUtilization: null,
        SourceIdentity: null,
      },
      ResponseMetadata: { RequestId: "r" },
    },
  });
  expect(encodeResponse(iam, "DeleteUser", {}, "r", json).body).toBe(
    '{"DeleteUserResponse":{"ResponseMetadata":{"RequestId":"r"}}}',
  );
  const error = { code: "AccessDenied", message: "no", encodedAuthorizationMessage: "e" };
  expect(encodeError(sts, error, "r", json)).toEqual({
    status: 403,
    headers: { "content-type": "application/json", "x-amzn-requestid": "r" },
    body: '{"Error":{"Code":"AccessDenied","Message":"no","Type":"Sender","EncodedAuthorizationMessage":"e"},"RequestId":"r"}',
  });
});

test("an output that does not fit its schema throws a TypeError", () => {
  expect(() => encodeResponse(iam, "NoSuch", {}, "r")).toThrow(TypeError);
  expect(() => encodeResponse(iam, "GetUser", { User: "bob" }, "r")).toThrow(TypeError);
  expect(() => encodeResponse(iam, "GetUser", { User: { UserName: 1 } }, "r")).toThrow(TypeError);
  expect(() => encodeResponse(iam, "GetUser", { User: { CreateDate: "now" } }, "r")).toThrow(
    TypeError,
  );
  expect(() => encodeResponse(iam, "ListUsers", { Users: {} }, "r")).toThrow(TypeError);
});
