import { ValidatePolicyCommand } from "@aws-sdk/client-accessanalyzer";
import {
  CloudTrailClient,
  type Event,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from "@aws-sdk/client-cloudtrail";
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
} from "@aws-sdk/client-iam";
import { openEvent, packEvent } from "@portcullis/iam/audit/audit-text";
import type { AuditEvent } from "@portcullis/iam/record/audit-event";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, document, session, user } from "../support/people.ts";
import { openOrganization } from "../support/tenant.ts";

/** The service's error, by the name of its protocol. */
async function refusal(sent: Promise<unknown>) {
  const error = await sent.then(
    () => new Error("the request was expected to be refused"),
    (thrown: unknown) => thrown as Error & { $metadata?: { httpStatusCode?: number } },
  );
  if (!("$metadata" in error)) throw error;
  return { code: error.name, message: error.message, status: error.$metadata?.httpStatusCode };
}

describe("CloudTrail LookupEvents", () => {
  let at: TestInstallation;
  let trail: CloudTrailClient;
  const clientOf = (credentials: TestCredentials, path = "") =>
    new CloudTrailClient({
      endpoint: at.local.controlUrl + path,
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
    });
  const lookUp = async (AttributeKey: string, AttributeValue: string) => {
    const attribute = { AttributeKey: AttributeKey as "EventName", AttributeValue };
    const { Events } = await trail.send(new LookupEventsCommand({ LookupAttributes: [attribute] }));
    return Events ?? [];
  };
  const contentOf = (event: Event | undefined) => JSON.parse(event?.CloudTrailEvent ?? "{}");
  beforeAll(async () => {
    at = await startInstallation();
    trail = clientOf(at.root);
  });
  afterAll(async () => {
    trail.destroy();
    await at.stop();
  });

  test("finds what a call has made by its ARN", async () => {
    const made = await at.iam.send(
      new CreatePolicyCommand({ PolicyName: "made", PolicyDocument: document(allow("a:B")) }),
    );
    const provider = await at.iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: "https://made.example", ClientIDList: ["a"] }),
    );
    for (const [arn, name] of [
      [made.Policy?.Arn, "CreatePolicy"],
      [provider.OpenIDConnectProviderArn, "CreateOpenIDConnectProvider"],
    ] as const) {
      const events = await lookUp("ResourceName", arn ?? "");
      expect(events.map(({ EventName }) => EventName)).toEqual([name]);
      expect(events[0]?.Resources?.map(({ ResourceName }) => ResourceName)).toContain(arn);
    }
  });

  test("has a change at once, in CloudTrail's record form", async () => {
    const tags = [{ Key: "team", Value: "blue" }];
    await at.iam.send(new CreateUserCommand({ UserName: "ana", Path: "/eng/", Tags: tags }));
    const [event, ...others] = await lookUp("ResourceName", "ana");
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      EventName: "CreateUser",
      EventSource: "iam.amazonaws.com",
      Username: "root",
      ReadOnly: "false",
      AccessKeyId: at.root.accessKeyId,
      Resources: [{ ResourceType: "AWS::IAM::User", ResourceName: "ana" }],
    });
    expect(contentOf(event)).toMatchObject({
      eventVersion: "1.11",
      userIdentity: { type: "Root", accountId: at.account, accessKeyId: at.root.accessKeyId },
      eventSource: "iam.amazonaws.com",
      awsRegion: "us-east-1",
      sourceIPAddress: "127.0.0.1",
      userAgent: expect.stringContaining("aws-sdk-js"),
      requestParameters: { userName: "ana", path: "/eng/", tags: [{ key: "team", value: "blue" }] },
      responseElements: { user: { userName: "ana", arn: expect.stringContaining("/eng/ana") } },
      eventID: event?.EventId,
      eventType: "AwsApiCall",
      recipientAccountId: at.account,
    });
  });

  test("has no secrets", async () => {
    const made = await at.iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
    await at.iam.send(
      new CreateLoginProfileCommand({ UserName: "ana", Password: "a Secret passw0rd!" }),
    );
    const [key] = await lookUp("EventName", "CreateAccessKey");
    expect(contentOf(key).responseElements.accessKey).toMatchObject({
      accessKeyId: made.AccessKey?.AccessKeyId,
      status: "Active",
    });
    const [profile] = await lookUp("EventName", "CreateLoginProfile");
    expect(contentOf(profile).requestParameters).toEqual({ userName: "ana" });
    const text = JSON.stringify([key, profile]);
    expect(text).not.toContain(made.AccessKey?.SecretAccessKey);
    expect(text).not.toContain("passw0rd");
  });

  test("has neither reads nor changes that failed", async () => {
    await at.iam.send(new GetUserCommand({ UserName: "ana" }));
    await refusal(at.iam.send(new DeleteUserCommand({ UserName: "nobody" })));
    const policyDocument = document(allow("orders:*"));
    await at.analyzer.send(
      new ValidatePolicyCommand({ policyDocument, policyType: "IDENTITY_POLICY" }),
    );
    expect(await lookUp("EventName", "ValidatePolicy")).toEqual([]);
    expect(await lookUp("EventName", "GetUser")).toEqual([]);
    expect(await lookUp("EventName", "DeleteUser")).toEqual([]);
  });

  test("has denied calls, with the error", async () => {
    const bob = await user(at, "bob");
    await refusal(at.iamAs(bob).send(new DeleteUserCommand({ UserName: "ana" })));
    const [event] = await eventually(async () => {
      const found = await lookUp("Username", "bob");
      return found.length > 0 ? found : undefined;
    });
    expect(contentOf(event)).toMatchObject({
      userIdentity: { type: "IAMUser", userName: "bob" },
      eventName: "DeleteUser",
      errorCode: "AccessDenied",
      errorMessage: expect.stringContaining("is not authorized to perform: iam:DeleteUser"),
      requestParameters: { userName: "ana" },
      responseElements: null,
    });
  });

  test("has AssumeRole, and the changes of the session with its issuer", async () => {
    const eve = await user(at, "eve", allow("sts:AssumeRole"));
    const editor = await session(at, "editor", eve, allow("iam:CreateUser"));
    const [assumed] = await eventually(async () => {
      const found = await lookUp("EventName", "AssumeRole");
      return found.length > 0 ? found : undefined;
    });
    expect(contentOf(assumed)).toMatchObject({
      eventSource: "sts.amazonaws.com",
      requestParameters: {
        roleArn: `arn:aws:iam::${at.account}:role/editor`,
        roleSessionName: "one",
      },
      responseElements: { credentials: { accessKeyId: editor.accessKeyId } },
    });
    expect(assumed?.CloudTrailEvent).not.toContain(editor.sessionToken);
    expect(assumed?.CloudTrailEvent).not.toContain(editor.secretAccessKey);
    await at.iamAs(editor).send(new CreateUserCommand({ UserName: "made-by-editor" }));
    const [made] = await lookUp("ResourceName", "made-by-editor");
    expect(made).toMatchObject({ Username: "one", AccessKeyId: editor.accessKeyId });
    expect(contentOf(made).userIdentity).toMatchObject({
      type: "AssumedRole",
      arn: `arn:aws:sts::${at.account}:assumed-role/editor/one`,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          arn: `arn:aws:iam::${at.account}:role/editor`,
          userName: "editor",
        },
        attributes: { mfaAuthenticated: "false" },
      },
    });
  });

  test("has sign-ins", async () => {
    const body = { account: at.account, userName: "ana", password: "a Secret passw0rd!" };
    const answer = await fetch(`${at.local.controlUrl}/signin`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    const [event] = await eventually(async () => {
      const found = await lookUp("EventName", "ConsoleLogin");
      return found.length > 0 ? found : undefined;
    });
    expect(event).toMatchObject({ Username: "ana", EventSource: "signin.amazonaws.com" });
    expect(contentOf(event)).toMatchObject({
      eventType: "AwsConsoleSignIn",
      responseElements: { ConsoleLogin: "Success" },
    });
  });

  test("is found by each attribute, newest first, in pages, and within times", async () => {
    for (const name of ["p1", "p2", "p3"])
      await at.iam.send(new CreateUserCommand({ UserName: name }));
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await trail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "CreateUser" }],
          MaxResults: 2,
          NextToken,
        }),
      );
      expect(page.Events?.length).toBeLessThanOrEqual(2);
      names.push(...(page.Events ?? []).map(({ Resources }) => Resources?.[0]?.ResourceName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names.slice(0, 3)).toEqual(["p3", "p2", "p1"]);
    expect(names.at(-1)).toBe("ana");
    expect(new Set(names).size).toBe(names.length);
    const [event] = await lookUp("ResourceName", "p2");
    const id = event?.EventId ?? "";
    expect((await lookUp("EventId", id)).map(({ EventId }) => EventId)).toEqual([id]);
    expect(await lookUp("EventId", "unknown")).toEqual([]);
    for (const [key, value] of [
      ["AccessKeyId", at.root.accessKeyId],
      ["EventSource", "iam.amazonaws.com"],
      ["ReadOnly", "false"],
      ["ResourceType", "AWS::IAM::User"],
      ["Username", "root"],
    ] as const)
      expect((await lookUp(key, value)).map(({ EventId }) => EventId)).toContain(id);
    const old = await trail.send(
      new LookupEventsCommand({ EndTime: new Date(Date.now() - 3_600_000) }),
    );
    expect(old.Events).toEqual([]);
  });

  test("refuses bad input by CloudTrail's errors", async () => {
    const send = (input: LookupEventsCommandInput) =>
      refusal(trail.send(new LookupEventsCommand(input)));
    const name = { AttributeKey: "EventName", AttributeValue: "x" } as const;
    expect(await send({ LookupAttributes: [name, name] })).toMatchObject({
      code: "InvalidLookupAttributesException",
    });
    expect(await send({ NextToken: "forged" })).toMatchObject({
      code: "InvalidNextTokenException",
      message: "The next token is invalid.",
    });
    expect(await send({ StartTime: new Date(2e12), EndTime: new Date(1e12) })).toMatchObject({
      code: "InvalidTimeRangeException",
    });
    expect(await send({ MaxResults: 10_000 })).toMatchObject({ status: 400 });
    expect(await send({ EventCategory: "insight" })).toMatchObject({
      code: "InvalidEventCategoryException",
    });
  });

  test("stays within the account, is authorized, and is served at /cloudtrail too", async () => {
    const tenant = await (await openOrganization(at)).open("shop");
    const foreign = clientOf(tenant.admin, "/cloudtrail");
    await at.iamAs(tenant.admin).send(new CreateUserCommand({ UserName: "theirs" }));
    const { Events } = await foreign.send(new LookupEventsCommand({}));
    foreign.destroy();
    expect(Events?.map(({ EventName }) => EventName)).toContain("CreateUser");
    const theirs = JSON.stringify(Events);
    expect(theirs).not.toContain("made-by-editor");
    expect(await lookUp("ResourceName", "theirs")).toEqual([]);
    const denied = clientOf(await user(at, "mallory"));
    expect(await refusal(denied.send(new LookupEventsCommand({})))).toMatchObject({
      code: "AccessDeniedException",
      message: expect.stringContaining("cloudtrail:LookupEvents"),
    });
    denied.destroy();
  });

  test("a change with a large document costs no more, and leaves its hash", async () => {
    const large = document(
      ...Array.from({ length: 30 }, (_, index) => ({
        Sid: `S${index}${crypto.randomUUID().replaceAll("-", "")}`,
        Effect: "Allow",
        Action: "orders:GetOrder",
        Resource: `arn:aws:orders:us-east-1:${at.account}:order/${crypto.randomUUID()}`,
      })),
    );
    await at.iam.send(new CreatePolicyCommand({ PolicyName: "large", PolicyDocument: large }));
    const [event] = await lookUp("EventName", "CreatePolicy");
    expect(contentOf(event).requestParameters).toMatchObject({
      policyName: "large",
      policyDocument: expect.stringMatching(/^\(omitted: \d+ characters, SHA-256 [0-9a-f]{64}\)$/),
    });
  });
});

describe("a stored event", () => {
  const now = new Date("2026-07-01T10:00:00Z");
  const event = (parameters: unknown): AuditEvent => ({
    id: timeOrderedId(now),
    time: "2026-07-01T10:00:00Z",
    service: "iam",
    name: "CreateUser",
    region: "us-east-1",
    sourceIp: "127.0.0.1",
    userAgent: crypto.randomUUID().repeat(5),
    identity: { type: "IAMUser", arn: `arn:aws:iam::111122223333:user/${"x".repeat(500)}` },
    parameters,
  });

  test("is whole where it fits", () => {
    const small = event({ userName: "ana" });
    expect(openEvent(small.id, packEvent(small))).toEqual(small);
  });

  test("fits into one write unit whatever the caller sends", () => {
    const random = () => crypto.randomUUID();
    const many = Array.from({ length: 2_000 }, random);
    for (const parameters of [
      many,
      { text: many.join("") },
      Object.fromEntries(many.map((name) => [name, random()])),
      { deep: { deep: { deep: many.map((name) => ({ name })) } } },
    ]) {
      const record = packEvent(event(parameters));
      expect(record.z.length).toBeLessThanOrEqual(850);
      expect(openEvent("id", record)).toMatchObject({ name: "CreateUser", service: "iam" });
    }
  });
});
