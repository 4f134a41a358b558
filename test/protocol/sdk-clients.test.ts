import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import { loadService } from "@portcullis/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Call, CREDENTIALS, serve } from "../support/loopback.ts";

type Answers = Readonly<Record<string, (call: Call) => Answer>>;

const created = new Date("2011-12-19T23:16:46.999Z");
const wholeSeconds = new Date("2011-12-19T23:16:46Z");

async function serving(name: "iam" | "sts" | "organizations", answers: Answers) {
  const server = await serve(await loadService(name), (call) => {
    const answer = answers[call.operation];
    return answer === undefined
      ? { error: { code: "NotImplemented", message: call.operation, status: 501 } }
      : answer(call);
  });
  const settings = {
    endpoint: server.endpoint,
    region: "us-east-1",
    credentials: CREDENTIALS,
    maxAttempts: 1,
  };
  return { ...server, settings };
}

describe("IAMClient", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  let client: iam.IAMClient;
  beforeAll(async () => {
    server = await serving("iam", {
      CreateUser: ({ input }) => ({
        output: { User: { ...input, UserId: "AIDA", Arn: "arn", CreateDate: created } },
      }),
      DeleteUser: () => ({ output: {} }),
      GetUser: ({ input }) => ({
        error: {
          code: "NoSuchEntity",
          message: `The user with name ${input.UserName} cannot be found.`,
        },
      }),
      ListUsers: () => ({ output: { Users: [], IsTruncated: false } }),
      GetAccountSummary: () => ({ output: { SummaryMap: { Users: 3, UsersQuota: 5000 } } }),
      CreateVirtualMFADevice: () => ({
        output: {
          VirtualMFADevice: {
            SerialNumber: "s",
            Base32StringSeed: Buffer.from("seed"),
            QRCodePNG: new Uint8Array([0, 255]),
          },
        },
      }),
      UpdateAccountPasswordPolicy: () => ({ output: {} }),
      GetRole: () => ({
        output: {
          Role: {
            RoleName: "r",
            RoleLastUsed: {},
            CreateDate: created,
            AssumeRolePolicyDocument: "%7B%0A%7D",
          },
        },
      }),
      DeleteRole: () => ({
        error: { code: "AccessDenied", message: "User: <&> is not authorized" },
      }),
      ListRoles: () => ({ error: { code: "ServiceFailure", message: "later" } }),
    });
    client = new iam.IAMClient(server.settings);
  });
  afterAll(() => server.close());

  test("lists of structures go in, timestamps of whole seconds come out", async () => {
    const tags = [
      { Key: "a", Value: "" },
      { Key: "ключ ", Value: "+=&%" },
    ];
    const { User } = await client.send(
      new iam.CreateUserCommand({ UserName: "bob", Path: "/x/", Tags: tags }),
    );
    expect(server.calls.at(-1)).toEqual({
      operation: "CreateUser",
      input: { UserName: "bob", Path: "/x/", Tags: tags },
      signed: true,
    });
    expect(User).toEqual({
      UserName: "bob",
      Path: "/x/",
      Tags: tags,
      UserId: "AIDA",
      Arn: "arn",
      CreateDate: wholeSeconds,
    });
  });

  test("empty lists stay lists, both ways", async () => {
    await client.send(new iam.CreateUserCommand({ UserName: "bob", Tags: [] }));
    expect(server.calls.at(-1)?.input).toEqual({ UserName: "bob", Tags: [] });
    const { Users, IsTruncated } = await client.send(
      new iam.ListUsersCommand({ MaxItems: 1000, Marker: "m" }),
    );
    expect(server.calls.at(-1)?.input).toEqual({ MaxItems: 1000, Marker: "m" });
    expect([Users, IsTruncated]).toEqual([[], false]);
  });

  test("booleans and integers go in; an operation without output answers", async () => {
    const policy = { MinimumPasswordLength: 12, RequireSymbols: false, HardExpiry: true };
    const { $metadata } = await client.send(new iam.UpdateAccountPasswordPolicyCommand(policy));
    expect(server.calls.at(-1)?.input).toEqual(policy);
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: "req-1" });
  });

  test("maps and blobs come out", async () => {
    const { SummaryMap } = await client.send(new iam.GetAccountSummaryCommand({}));
    expect(SummaryMap).toEqual({ Users: 3, UsersQuota: 5000 });
    const { VirtualMFADevice } = await client.send(
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "m" }),
    );
    expect(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? "").toString()).toBe("seed");
    expect(VirtualMFADevice?.QRCodePNG).toEqual(new Uint8Array([0, 255]));
  });

  test("an empty structure is present, documents are as given", async () => {
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: "r" }));
    expect(Role?.RoleLastUsed).toEqual({});
    expect(Role?.AssumeRolePolicyDocument).toBe("%7B%0A%7D");
    expect(Role?.Tags).toBeUndefined();
  });

  test("errors have their class, message, status, type and request id", async () => {
    const missing = await client
      .send(new iam.GetUserCommand({ UserName: "<bob>" }))
      .catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(iam.NoSuchEntityException);
    expect(missing).toMatchObject({
      message: "The user with name <bob> cannot be found.",
      $metadata: { httpStatusCode: 404, requestId: "req-2" },
      Error: { Type: "Sender", Code: "NoSuchEntity" },
    });
    const denied = await client
      .send(new iam.DeleteRoleCommand({ RoleName: "r" }))
      .catch((error: unknown) => error);
    expect(denied).toMatchObject({
      name: "AccessDenied",
      message: "User: <&> is not authorized",
      $metadata: { httpStatusCode: 403 },
    });
    const failed = await client.send(new iam.ListRolesCommand({})).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      name: "ServiceFailureException",
      Error: { Type: "Receiver" },
      $metadata: { httpStatusCode: 500 },
    });
  });

  test("a wrong secret is refused", async () => {
    const credentials = { ...CREDENTIALS, secretAccessKey: "another" };
    const other = new iam.IAMClient({ ...server.settings, credentials });
    await expect(other.send(new iam.DeleteUserCommand({ UserName: "bob" }))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe("STSClient", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  let client: sts.STSClient;
  const credentials = {
    AccessKeyId: "ASIA",
    SecretAccessKey: "s",
    SessionToken: "t/+=",
    Expiration: wholeSeconds,
  };
  beforeAll(async () => {
    server = await serving("sts", {
      AssumeRole: () => ({
        output: {
          Credentials: credentials,
          AssumedRoleUser: { AssumedRoleId: "AROA:s", Arn: "a" },
        },
      }),
      AssumeRoleWithWebIdentity: () => ({
        error: { code: "InvalidIdentityToken", message: "Incorrect token audience" },
      }),
      GetCallerIdentity: () => ({ output: { UserId: "u", Account: "1", Arn: "a" } }),
    });
    client = new sts.STSClient(server.settings);
  });
  afterAll(() => server.close());

  test("structures within lists, and nested output", async () => {
    const input = {
      RoleArn: "arn:aws:iam::100000000000:role/r",
      RoleSessionName: "s",
      PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
      TransitiveTagKeys: ["a", "b"],
      DurationSeconds: 900,
    };
    const answer = await client.send(new sts.AssumeRoleCommand(input));
    expect(server.calls.at(-1)).toEqual({ operation: "AssumeRole", input, signed: true });
    expect(answer.Credentials).toEqual(credentials);
    expect(answer.PackedPolicySize).toBeUndefined();
  });

  test("an unsigned operation is decoded, its error has its class", async () => {
    const input = {
      RoleArn: "arn:aws:iam::100000000000:role/r",
      RoleSessionName: "s",
      WebIdentityToken: "a.b.c",
    };
    const error = await client
      .send(new sts.AssumeRoleWithWebIdentityCommand(input))
      .catch((error: unknown) => error);
    expect(server.calls.at(-1)).toEqual({
      operation: "AssumeRoleWithWebIdentity",
      input,
      signed: false,
    });
    expect(error).toBeInstanceOf(sts.InvalidIdentityTokenException);
  });

  test("session tokens are signed along", async () => {
    const session = new sts.STSClient({
      ...server.settings,
      credentials: { ...CREDENTIALS, sessionToken: "t/+=" },
    });
    await expect(session.send(new sts.GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: "1",
    });
  });
});

describe("OrganizationsClient", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  let client: organizations.OrganizationsClient;
  const joined = new Date("2024-01-02T03:04:05.678Z");
  beforeAll(async () => {
    server = await serving("organizations", {
      ListAccounts: () => ({ output: { Accounts: [{ Id: "1", JoinedTimestamp: joined }] } }),
      CreateOrganizationalUnit: ({ input }) => ({
        output: { OrganizationalUnit: { Name: input.Name } },
      }),
      DeleteOrganization: () => ({ output: {} }),
      MoveAccount: () => ({ error: { code: "AccessDenied", message: "no" } }),
      CreatePolicy: () => {
        const error = {
          code: "ConstraintViolationException",
          message: "too many",
          Reason: "POLICY_NUMBER_LIMIT_EXCEEDED",
        };
        return { error };
      },
    });
    client = new organizations.OrganizationsClient(server.settings);
  });
  afterAll(() => server.close());

  test("timestamps, lists and structures", async () => {
    const { Accounts, NextToken } = await client.send(
      new organizations.ListAccountsCommand({ MaxResults: 5 }),
    );
    expect(server.calls.at(-1)).toEqual({
      operation: "ListAccounts",
      input: { MaxResults: 5 },
      signed: true,
    });
    expect(Accounts).toEqual([{ Id: "1", JoinedTimestamp: joined }]);
    expect(NextToken).toBeUndefined();
    const input = { ParentId: "r-abcd", Name: "Team \u2028", Tags: [{ Key: "k", Value: "" }] };
    const { OrganizationalUnit } = await client.send(
      new organizations.CreateOrganizationalUnitCommand(input),
    );
    expect(server.calls.at(-1)?.input).toEqual(input);
    expect(OrganizationalUnit).toEqual({ Name: "Team \u2028" });
  });

  test("an operation without input and output", async () => {
    const { $metadata } = await client.send(new organizations.DeleteOrganizationCommand({}));
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: "req-1" });
  });

  test("errors, with their other members, and under the names that JSON services use", async () => {
    const command = new organizations.CreatePolicyCommand({
      Content: "{}",
      Description: "",
      Name: "n",
      Type: "TAG_POLICY",
    });
    const violation = await client.send(command).catch((error: unknown) => error);
    expect(violation).toBeInstanceOf(organizations.ConstraintViolationException);
    expect(violation).toMatchObject({
      message: "too many",
      Reason: "POLICY_NUMBER_LIMIT_EXCEEDED",
      $metadata: { httpStatusCode: 400 },
    });
    const move = new organizations.MoveAccountCommand({
      AccountId: "1",
      SourceParentId: "r",
      DestinationParentId: "r",
    });
    await expect(client.send(move)).rejects.toBeInstanceOf(organizations.AccessDeniedException);
  });
});
