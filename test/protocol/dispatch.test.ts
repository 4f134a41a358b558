import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  decodeRequest,
  encodeError,
  encodeResponse,
  loadService,
  serviceOfRequest,
  validateInput,
} from "@portcullis/protocol";
import { describe, expect, test } from "vitest";
import { CREDENTIALS, serve } from "../support/loopback.ts";

describe("the service of a request", () => {
  const scoped = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const of = (given: Partial<Parameters<typeof serviceOfRequest>[0]>) =>
    serviceOfRequest({ rawQuery: "", body: "", ...given });

  test.each(["iam", "sts", "organizations", "access-analyzer", "cloudtrail", "portcullis"])(
    "is in its credential scope: %s",
    (service) => {
      expect(of({ authorization: scoped(service) })).toBe(service);
      const credential = `AKIA/20260101//${service}/aws4_request`;
      for (const text of [
        credential,
        encodeURIComponent(credential),
        credential.replaceAll("/", "%2f"),
      ])
        expect(of({ rawQuery: `Action=A&X-Amz-Credential=${text}&X-Amz-Date=d` })).toBe(service);
    },
  );

  test.each([
    ["AWSOrganizationsV20161128.ListRoots", "organizations"],
    ["CloudTrail_20131101.LookupEvents", "cloudtrail"],
    ["com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents", "cloudtrail"],
    ["Portcullis.GetDecision", "portcullis"],
  ])("is in its target: %s", (target, service) => {
    expect(of({ target })).toBe(service);
    expect(of({ target, authorization: scoped("s3") })).toBe(service);
  });

  test("is in its version, unsigned or with the scope of an unknown service", () => {
    expect(of({ body: "Action=ListUsers&Version=2010-05-08" })).toBe("iam");
    expect(of({ body: "Version=2011-06-15&Action=GetCallerIdentity" })).toBe("sts");
    expect(of({ rawQuery: "Action=ListUsers&Version=2010-05-08" })).toBe("iam");
    const body = "Action=ListUsers&Version=2010-05-08";
    expect(of({ body, authorization: scoped("s3") })).toBe("iam");
    expect(of({ body, authorization: scoped("sts") })).toBe("sts");
  });

  test("is unknown otherwise", () => {
    for (const given of [
      {},
      { body: "Action=ListUsers" },
      { body: "Action=A&Version=2013-11-01" },
      { body: "Action=A&XVersion=2010-05-08" },
      { target: "Other.Operation" },
      { authorization: scoped("constructor") },
      { authorization: "Basic x" },
    ])
      expect(of(given)).toBeUndefined();
  });
});

test("CloudTrailClient looks up events", async () => {
  const service = await loadService("cloudtrail");
  const EventTime = new Date("2026-01-02T03:04:05Z");
  const server = await serve(service, ({ input }) =>
    input.NextToken === "bad"
      ? { error: { code: "InvalidNextTokenException", message: "m" } }
      : { output: { Events: [{ EventId: "1", EventName: "CreateUser", EventTime }] } },
  );
  try {
    const client = new CloudTrailClient({
      endpoint: server.endpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const LookupAttributes = [{ AttributeKey: "EventName", AttributeValue: "CreateUser" } as const];
    const { Events } = await client.send(
      new LookupEventsCommand({ LookupAttributes, StartTime: EventTime, MaxResults: 5 }),
    );
    expect(Events).toEqual([{ EventId: "1", EventName: "CreateUser", EventTime }]);
    expect(server.calls.at(-1)).toEqual({
      operation: "LookupEvents",
      input: { LookupAttributes, StartTime: EventTime, MaxResults: 5 },
      signed: true,
    });
    await expect(client.send(new LookupEventsCommand({ NextToken: "bad" }))).rejects.toMatchObject({
      name: "InvalidNextTokenException",
      message: "m",
      $metadata: { httpStatusCode: 400 },
    });
  } finally {
    await server.close();
  }
});

test("the long target of CloudTrail is accepted, others are not", async () => {
  const service = await loadService("cloudtrail");
  const decode = (target: string) => decodeRequest(service, { body: "{}", target });
  expect(
    decode("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
  ).toMatchObject({ ok: true, operation: "LookupEvents" });
  for (const target of ["CloudTrail.LookupEvents", "LookupEvents", ".LookupEvents"])
    expect(decode(target)).toMatchObject({ error: { code: "UnknownOperationException" } });
});

describe("portcullis", async () => {
  const service = await loadService("portcullis");
  const decode = (operation: string, input: object) =>
    decodeRequest(service, { body: JSON.stringify(input), target: `Portcullis.${operation}` });

  test("has its operations, as JSON 1.1", () => {
    expect([...service.operations.keys()]).toEqual(
      expect.arrayContaining(["GetDecision", "GetServiceReference", "StartTrace"]),
    );
    expect(decode("GetDecision", { DecisionId: "d-1" })).toEqual({
      ok: true,
      operation: "GetDecision",
      input: { DecisionId: "d-1" },
    });
    expect(decode("StartTrace", { principalArn: "x" })).toMatchObject({
      error: {
        code: "SerializationException",
        message: "`principalArn` is not a member of StartTraceRequest",
      },
    });
    const Decision = {
      DecisionId: "d-1",
      Time: new Date(1_700_000_000_500),
      Verdicts: [{ PolicyType: "identity", Outcome: "implicitDeny", Statements: [] }],
      ContextEntries: [{ ContextKeyName: "aws:SourceIp", ContextKeyValues: ["::1"] }],
    };
    expect(encodeResponse(service, "GetDecision", { Decision }, "r").body).toBe(
      JSON.stringify({
        Decision: {
          DecisionId: "d-1",
          Time: 1_700_000_000.5,
          ContextEntries: Decision.ContextEntries,
          Verdicts: Decision.Verdicts,
        },
      }),
    );
    expect(
      encodeError(service, { code: "ResourceNotFoundException", message: "m" }, "r"),
    ).toMatchObject({ status: 400, body: '{"__type":"ResourceNotFoundException","Message":"m"}' });
  });

  test("has constraints, each on a member that exists", () => {
    expect(validateInput(service, "StartTrace", { DurationSeconds: 1 })).toBe(
      "2 validation errors detected: Value null at 'principalArn' failed to satisfy constraint: Member must not be null; Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
    );
    for (const { name, input } of service.operations.values()) {
      const shape = service.constraints.shapes[service.constraints.operations[name] ?? ""];
      for (const member of Object.keys(shape?.members ?? {}))
        expect([...(input?.members.keys() ?? [])]).toContain(member);
    }
  });
});

test("an operation that is not offered is unknown, in each protocol's words", async () => {
  const answer = async (name: Parameters<typeof loadService>[0], operation: string) => {
    const service = await loadService(name);
    const message = `Could not find operation ${operation} for version ${service.version}`;
    const error = { code: "InvalidAction", message, status: 400 };
    const { status, body } = encodeError(service, error, "r");
    return [status, body];
  };
  expect(await answer("organizations", "InviteAccountToOrganization")).toEqual([
    400,
    '{"__type":"UnknownOperationException"}',
  ]);
  expect(await answer("access-analyzer", "CreateAccessPreview")).toEqual([404, "{}"]);
  const [status, body] = await answer("iam", "UploadSigningCertificate");
  expect(status).toBe(400);
  expect(body).toContain(
    "<Code>InvalidAction</Code><Message>Could not find operation UploadSigningCertificate for version 2010-05-08</Message>",
  );
});
