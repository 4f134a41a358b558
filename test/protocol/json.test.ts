import { decodeRequest, encodeError, encodeResponse, loadService } from "@portcullis/protocol";
import { describe, expect, test } from "vitest";

const organizations = await loadService("organizations");
const TARGET = "AWSOrganizationsV20161128";

const decode = (body: string, operation = "CreateOrganizationalUnit") =>
  decodeRequest(organizations, { body, target: `${TARGET}.${operation}` });
const inputOf = (body: string, operation?: string) => {
  const decoded = decode(body, operation);
  return decoded.ok ? decoded.input : decoded.error;
};

describe("requests", () => {
  test("have their operation in X-Amz-Target", () => {
    for (const target of [
      undefined,
      "",
      "ListRoots",
      `${TARGET}.NoSuch`,
      `${TARGET}.`,
      `${TARGET}.__proto__`,
      "Other.ListRoots",
    ]) {
      expect(decodeRequest(organizations, { body: "{}", target })).toMatchObject({
        error: { code: "UnknownOperationException", status: 400 },
      });
    }
    expect(decode("{}", "ListRoots")).toEqual({ ok: true, operation: "ListRoots", input: {} });
    expect(decode("", "ListRoots")).toEqual({ ok: true, operation: "ListRoots", input: {} });
  });

  test("a null member is absent", () => {
    expect(inputOf('{"ParentId":"r-1","Name":null}')).toEqual({ ParentId: "r-1" });
    expect(inputOf('{"Tags":[{"Key":"k","Value":null}]}')).toEqual({ Tags: [{ Key: "k" }] });
  });

  test("unknown members at the top are ignored if the operation only reads", () => {
    const body = '{"MaxResults":5,"Extra":1,"__proto__":{"MaxResults":9},"constructor":1}';
    expect(inputOf(body, "ListAccounts")).toEqual({ MaxResults: 5 });
    expect(inputOf('{"Name":"a","Extra":1}')).toEqual({
      code: "SerializationException",
      message: "`Extra` is not a member of CreateOrganizationalUnitRequest",
      status: 400,
      type: "Sender",
    });
  });

  test.each([
    ["{", "request body is not JSON"],
    ["[]", "Start of structure or map expected"],
    ["null", "Start of structure or map expected"],
    ["1", "Start of structure or map expected"],
    ['{"Name":1}', "NUMBER_VALUE can not be converted to a String"],
    ['{"Name":true}', "TRUE_VALUE can not be converted to a String"],
    ['{"Name":[]}', "Start of list found where not expected"],
    ['{"Name":{}}', "Start of structure or map found where not expected."],
    ['{"Tags":{}}', "Start of structure or map found where not expected."],
    ['{"Tags":["a"]}', "Start of structure or map expected"],
    ["[".repeat(100_000), "request body is not JSON"],
  ])("%.20s", (body, message) => {
    expect(inputOf(body)).toEqual({
      code: "SerializationException",
      message,
      status: 400,
      type: "Sender",
    });
  });

  test("numbers are integers, timestamps epoch seconds", () => {
    expect(inputOf('{"MaxResults":5}', "ListAccounts")).toEqual({ MaxResults: 5 });
    expect(inputOf('{"MaxResults":1.5}', "ListAccounts")).toMatchObject({
      message: "NUMBER_VALUE can not be converted to an Integer",
    });
    expect(inputOf('{"MaxResults":"5"}', "ListAccounts")).toMatchObject({
      message: "STRING_VALUE can not be converted to an Integer",
    });
    const terminate = (time: string) =>
      inputOf(`{"EndTimestamp":${time}}`, "TerminateResponsibilityTransfer");
    expect(terminate("1700000000.5")).toEqual({ EndTimestamp: new Date(1_700_000_000_500) });
    for (const time of ['"2024-01-01T00:00:00Z"', "1e300"])
      expect(terminate(time)).toMatchObject({ code: "SerializationException" });
  });
});

describe("answers", () => {
  test("are JSON, timestamps in epoch seconds, absent members absent", () => {
    const Account = {
      Id: "1",
      JoinedTimestamp: new Date(1_700_000_000_500),
      Name: undefined,
      Unknown: 1,
    };
    expect(encodeResponse(organizations, "DescribeAccount", { Account }, "r")).toEqual({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "r" },
      body: '{"Account":{"Id":"1","JoinedTimestamp":1700000000.5}}',
    });
    expect(encodeResponse(organizations, "DeleteOrganization", {}, "r").body).toBe("");
  });

  test("errors have the name that JSON services use, and always the client's status", () => {
    expect(
      encodeError(organizations, { code: "AccessDenied", message: "no", status: 403 }, "r"),
    ).toEqual({
      status: 400,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": "r",
        "x-amzn-errortype": "AccessDeniedException",
      },
      body: '{"__type":"AccessDeniedException","Message":"no"}',
    });
    expect(encodeError(organizations, { code: "ValidationError", message: "m" }, "r").body).toBe(
      '{"__type":"ValidationException","message":"m"}',
    );
    expect(
      encodeError(organizations, { code: "UnknownOperationException", message: "" }, "r").body,
    ).toBe('{"__type":"UnknownOperationException"}');
    expect(encodeError(organizations, { code: "InternalFailure", message: "m" }, "r").status).toBe(
      500,
    );
  });
});
