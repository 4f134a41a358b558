import {
  decodeRequest,
  loadService,
  MAX_PARAMETER_NAME,
  MAX_PARAMETERS,
  MAX_REQUEST_BYTES,
} from "@portcullis/protocol";
import { describe, expect, test } from "vitest";

const iam = await loadService("iam");
const sts = await loadService("sts");
const organizations = await loadService("organizations");

const decode = (parameters: string, action = "CreateUser") =>
  decodeRequest(iam, { body: `Action=${action}&Version=2010-05-08&${parameters}` });
const inputOf = (parameters: string, action?: string) => {
  const decoded = decode(parameters, action);
  return decoded.ok ? decoded.input : decoded.error;
};

describe("which operation", () => {
  test.each([
    [
      "Action=NoSuch&Version=2010-05-08",
      "InvalidAction",
      "Could not find operation NoSuch for version 2010-05-08",
    ],
    [
      "Action=ListUsers",
      "InvalidAction",
      "Could not find operation ListUsers for version NO_VERSION_SPECIFIED",
    ],
    [
      "Action=ListUsers&Version=",
      "InvalidAction",
      "Could not find operation ListUsers for version ",
    ],
    [
      "Action=ListUsers&Version=2011-06-15",
      "InvalidAction",
      "Could not find operation ListUsers for version 2011-06-15",
    ],
    [
      "Action=&Version=2010-05-08",
      "InvalidAction",
      "Could not find operation  for version 2010-05-08",
    ],
    [
      "Action=__proto__&Version=2010-05-08",
      "InvalidAction",
      "Could not find operation __proto__ for version 2010-05-08",
    ],
    [
      "Action=AssumeRole&Version=2010-05-08",
      "InvalidAction",
      "Could not find operation AssumeRole for version 2010-05-08",
    ],
    [
      "Version=2010-05-08",
      "MissingAction",
      "The request is missing an action or a required parameter.",
    ],
    ["", "MissingAction", "The request is missing an action or a required parameter."],
  ])("%s", (body, code, message) => {
    expect(decodeRequest(iam, { body })).toEqual({
      ok: false,
      error: { code, message, status: 400, type: "Sender" },
    });
  });

  test("each service has its own operations, all that AWS has", () => {
    expect([iam.operations.size, sts.operations.size, organizations.operations.size]).toEqual([
      180, 11, 63,
    ]);
    expect(decodeRequest(sts, { body: "Action=GetCallerIdentity&Version=2011-06-15" })).toEqual({
      ok: true,
      operation: "GetCallerIdentity",
      input: {},
    });
  });
});

describe("parameters", () => {
  test("may stand in the query string, in the body, or in both", () => {
    const expected = { ok: true, operation: "CreateUser", input: { UserName: "bob", Path: "/a/" } };
    const both = { query: "Action=CreateUser&Version=2010-05-08&Path=/a/", body: "UserName=bob" };
    expect(decodeRequest(iam, both)).toEqual(expected);
    expect(decodeRequest(iam, { query: `${both.query}&${both.body}`, body: "" })).toEqual(expected);
    expect(decodeRequest(iam, { body: Buffer.from(`${both.query}&${both.body}`) })).toEqual(
      expected,
    );
    expect(decodeRequest(iam, { ...both, body: "UserName=bob&Path=/b/" })).toMatchObject({
      error: { code: "MalformedInput", message: "parameter `Path` is given more than once" },
    });
  });

  test("are form-encoded UTF-8", () => {
    expect(inputOf("UserName=a+b%2Bc%26%3D&Path=%2Fl%C3%A9%2F")).toEqual({
      UserName: "a b+c&=",
      Path: "/lé/",
    });
    expect(inputOf("UserName=a=b&&=")).toEqual({ UserName: "a=b" });
    expect(inputOf("UserName")).toEqual({ UserName: "" });
    expect(inputOf("User%4Eame=x")).toEqual({ UserName: "x" });
    for (const broken of ["UserName=%", "UserName=%zz", "UserName=%ff", "%ff=1"]) {
      expect(inputOf(broken)).toMatchObject({ code: "MalformedQueryString", status: 404 });
    }
    expect(decodeRequest(iam, { body: Buffer.from([0x41, 0xff]) })).toMatchObject({
      error: { code: "MalformedInput" },
    });
  });

  test("that an operation does not know are ignored at the top if it only reads", () => {
    const parameters =
      "UserName=bob&Foo=1&Foo.member.x=2&username=eve&__proto__.x=1&constructor=1&Tag.1.Key=k";
    expect(inputOf(parameters, "GetUser")).toEqual({ UserName: "bob" });
    expect(inputOf(parameters)).toMatchObject({ code: "MalformedInput" });
  });

  test.each([
    ["UserName=a&UserName=a", "parameter `UserName` is given more than once"],
    ["UserName=a&User%4Eame=b", "parameter `UserName` is given more than once"],
    [
      "Tags.member.1.Key=a&Tags.member.1.Key=b",
      "parameter `Tags.member.1.Key` is given more than once",
    ],
    ["Action=DeleteUser", "parameter `Action` is given more than once"],
    ["UserName.member.1=a", "`UserName` must be a single value"],
    ["UserName=a&UserName.x=b", "`UserName` must be a single value"],
    ["Tags=a", "`Tags` must be a list, as in `Tags.member.1`"],
    ["Tags=&Tags.member.1.Key=a", "`Tags` must be a list, as in `Tags.member.1`"],
    ["Tags.1.Key=a", "`Tags` must be a list, as in `Tags.member.1`"],
    ["Tags.Key=a", "`Tags` must be a list, as in `Tags.member.1`"],
    ["Tags.member=a", "`Tags` must be a list, as in `Tags.member.1`"],
    ["Tags.member.1=a", "`Tags.member.1` must be a structure"],
    ["Tags.member.1=&Tags.member.1.Key=a", "`Tags.member.1` must be a structure"],
    ["Tags.member.0.Key=a", "`Tags.member.0` is not a list index"],
    ["Tags.member.01.Key=a", "`Tags.member.01` is not a list index"],
    ["Tags.member.-1.Key=a", "`Tags.member.-1` is not a list index"],
    ["Tags.member.x.Key=a", "`Tags.member.x` is not a list index"],
    ["Tags.member.__proto__.Key=a", "`Tags.member.__proto__` is not a list index"],
    ["Tags.member.1e3.Key=a", "`Tags.member.1e3` is not a list index"],
    ["Tags.member.9999999.Key=a", "`Tags.member.9999999` is not a list index"],
    ["Tags.member..Key=a", "`Tags.member.` is not a list index"],
    ["Tags.member.1.Key.x=a", "`Tags.member.1.Key` must be a single value"],
  ])("%s", (parameters, message) => {
    expect(inputOf(parameters)).toEqual({
      code: "MalformedInput",
      message,
      status: 400,
      type: "Sender",
    });
  });

  test("of a list are in the order of their numbers, gaps and all", () => {
    expect(inputOf("Tags.member.10.Key=c&Tags.member.9.Key=b&Tags.member.2.Key=a")).toEqual({
      Tags: [{ Key: "a" }, { Key: "b" }, { Key: "c" }],
    });
    expect(inputOf("Tags=")).toEqual({ Tags: [] });
  });

  test("are booleans as XML Schema has them, and integers", () => {
    const policy = (parameters: string) => inputOf(parameters, "UpdateAccountPasswordPolicy");
    expect(
      policy("RequireSymbols=true&RequireNumbers=false&HardExpiry=1&AllowUsersToChangePassword=0"),
    ).toEqual({
      RequireSymbols: true,
      RequireNumbers: false,
      HardExpiry: true,
      AllowUsersToChangePassword: false,
    });
    for (const text of ["True", "yes", "", "2", " true"]) {
      expect(policy(`RequireSymbols=${text}`)).toMatchObject({
        code: "MalformedInput",
        message: "boolean must follow xsd1.1 definition",
      });
    }
    expect(policy("MaxPasswordAge=-5&MinimumPasswordLength=08")).toEqual({
      MaxPasswordAge: -5,
      MinimumPasswordLength: 8,
    });
    for (const text of ["", "1.5", "1e3", "x", "0x10", "NaN", "99999999999999999999", "+1"]) {
      expect(policy(`MaxPasswordAge=${text}`)).toMatchObject({
        code: "MalformedInput",
        message: "`MaxPasswordAge` must be an integer",
      });
    }
  });

  test("make maps of entries", () => {
    const put = (parameters: string) => inputOf(parameters, "PutAccountProperties");
    expect(
      put(
        "Properties.entry.1.key=a&Properties.entry.1.value=1&Properties.entry.2.key=b&Properties.entry.2.value=",
      ),
    ).toEqual({
      Properties: { a: "1", b: "" },
    });
    for (const broken of [
      "Properties.entry.1.key=a",
      "Properties.entry.1.value=a",
      "Properties.entry.1.key=a&Properties.entry.1.value=1&Properties.entry.1.other=2",
      "Properties.entry.1.key=a&Properties.entry.1.value=1&Properties.entry.2.key=a&Properties.entry.2.value=2",
      "Properties.entry.1.key=__proto__&Properties.entry.1.value=1",
      "Properties.a=1",
    ]) {
      expect(put(broken)).toMatchObject({ code: "MalformedInput" });
    }
  });
});

describe("limits", () => {
  test("bytes of the body", () => {
    const name = (length: number) => decode(`UserName=${"a".repeat(length)}`);
    const overhead = "Action=CreateUser&Version=2010-05-08&UserName=".length;
    expect(name(MAX_REQUEST_BYTES - overhead)).toMatchObject({ ok: true });
    expect(name(MAX_REQUEST_BYTES - overhead + 1)).toMatchObject({
      error: { code: "RequestEntityTooLarge", status: 413 },
    });
    expect(decodeRequest(iam, { body: Buffer.alloc(10 * 1024 * 1024, "&") })).toMatchObject({
      error: { status: 413 },
    });
    expect(
      decodeRequest(iam, { body: "", query: "é".repeat(MAX_REQUEST_BYTES / 2 + 1) }),
    ).toMatchObject({
      error: { status: 413 },
    });
  });
  test("number of parameters, length of their names", () => {
    const tags = (count: number) =>
      decode(Array.from({ length: count }, (_, at) => `x${at}=`).join("&"), "GetUser");
    expect(tags(MAX_PARAMETERS - 2)).toMatchObject({ ok: true });
    expect(tags(MAX_PARAMETERS - 1)).toMatchObject({
      error: { code: "MalformedInput", message: "more than 10000 parameters" },
    });
    expect(decode(`${"x".repeat(MAX_PARAMETER_NAME)}=`, "GetUser")).toMatchObject({ ok: true });
    expect(decode(`${"x".repeat(MAX_PARAMETER_NAME + 1)}=`)).toMatchObject({
      error: { code: "MalformedInput" },
    });
  });
});
