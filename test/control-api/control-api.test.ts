import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { createTable, dynamoStore } from "@portcullis/store";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialsOf,
  Sha256,
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { policy } from "../support/refusal.ts";

describe("the control API, given bad input", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation.stop());

  /** A form as it is, properly signed. */
  const post = async (
    body: string,
    options: {
      credentials?: TestCredentials;
      date?: Date;
      path?: string;
      headers?: Record<string, string>;
      service?: string;
    } = {},
  ) => {
    const { host, hostname, port } = new URL(installation.local.controlUrl);
    const signer = new SignatureV4({
      service: options.service ?? "iam",
      region: "us-east-1",
      credentials: options.credentials ?? installation.root,
      sha256: Sha256,
    });
    const headers = {
      host,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(Buffer.byteLength(body)),
      ...options.headers,
    };
    const path = options.path ?? "/";
    const signed = await signer.sign(
      { method: "POST", protocol: "http:", hostname, port: Number(port), path, headers, body },
      options.date ? { signingDate: options.date } : {},
    );
    return send(installation.local.controlUrl, "POST", path, signed.headers, body);
  };
  const code = (body: string) => /<Code>(.*?)<\/Code>/.exec(body)?.[1];
  const message = (body: string) => /<Message>(.*?)<\/Message>/s.exec(body)?.[1];

  const refusals: [string, () => ReturnType<typeof post>, number, string, RegExp][] = [
    [
      "an unknown action",
      () => post("Action=Explode&Version=2010-05-08"),
      400,
      "InvalidAction",
      /^Could not find operation Explode for version 2010-05-08$/,
    ],
    ["no action", () => post("Version=2010-05-08"), 400, "MissingAction", /./],
    ["a body that is no form", () => post("\u0000\u0001%%%"), 404, "MalformedQueryString", /./],
    [
      "a missing parameter",
      () => post("Action=CreateUser&Version=2010-05-08"),
      400,
      "ValidationError",
      /userName/,
    ],
    [
      "an operation that is not offered",
      () =>
        post(
          "Action=AcceptDelegationRequest&Version=2010-05-08&DelegationRequestId=abcdefghijklmnopqrst",
        ),
      400,
      "InvalidAction",
      /AcceptDelegationRequest/,
    ],
    [
      "a key that nobody has",
      () =>
        post("Action=ListUsers&Version=2010-05-08", {
          credentials: { accessKeyId: "AKIAUNKNOWNUNKNOWN00", secretAccessKey: "x" },
        }),
      403,
      "InvalidClientTokenId",
      /^The security token included in the request is invalid\.$/,
    ],
    [
      "a wrong secret",
      () =>
        post("Action=ListUsers&Version=2010-05-08", {
          credentials: { ...installationRoot(), secretAccessKey: "wrong" },
        }),
      403,
      "SignatureDoesNotMatch",
      /^The request signature we calculated does not match/,
    ],
    [
      "a clock that is 16 minutes late",
      () =>
        post("Action=ListUsers&Version=2010-05-08", { date: new Date(Date.now() - 16 * 60_000) }),
      403,
      "SignatureDoesNotMatch",
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
    ],
    [
      "a session token that is none",
      () =>
        post("Action=ListUsers&Version=2010-05-08", {
          credentials: { ...installationRoot(), sessionToken: "forged" },
        }),
      403,
      "InvalidClientTokenId",
      /./,
    ],
  ];
  const installationRoot = () => installation.root;

  it.each(refusals)(
    "answers %s with AWS's error",
    async (_, request, status, expectedCode, expectedMessage) => {
      const answer = await request();
      expect([answer.status, code(answer.body)]).toEqual([status, expectedCode]);
      expect(message(answer.body)).toMatch(expectedMessage);
      expect(answer.body).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/);
    },
  );

  it("answers a request without credentials", async () => {
    const body = "Action=ListUsers&Version=2010-05-08";
    const answer = await send(
      installation.local.controlUrl,
      "POST",
      "/iam",
      {
        host: new URL(installation.local.controlUrl).host,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(body.length),
      },
      body,
    );
    expect([answer.status, code(answer.body)]).toEqual([403, "MissingAuthenticationToken"]);
  });

  const unsigned = (body: string, path = "/") =>
    send(
      installation.local.controlUrl,
      "POST",
      path,
      {
        host: new URL(installation.local.controlUrl).host,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(body.length),
      },
      body,
    );

  it("dispatches an unsigned query request at `/` by its version", async () => {
    const iam = await unsigned("Action=ListUsers&Version=2010-05-08");
    expect(iam.body).toContain("https://iam.amazonaws.com/doc/2010-05-08/");
    expect([iam.status, code(iam.body)]).toEqual([403, "MissingAuthenticationToken"]);
    const sts = await unsigned("Action=GetCallerIdentity&Version=2011-06-15");
    expect(sts.body).toContain("https://sts.amazonaws.com/doc/2011-06-15/");
    expect([sts.status, code(sts.body)]).toEqual([403, "MissingAuthenticationToken"]);
  });

  it.each([
    ["/", "s3", "iam", "Action=ListUsers&Version=2010-05-08"],
    ["/", "s3", "sts", "Action=GetCallerIdentity&Version=2011-06-15"],
    ["/iam", "sts", "iam", "Action=ListUsers&Version=2010-05-08"],
    ["/sts", "iam", "sts", "Action=GetCallerIdentity&Version=2011-06-15"],
  ])("names the service when %s is given the scope of %s", async (path, scope, service, body) => {
    const answer = await post(body, { path, service: scope });
    expect([answer.status, code(answer.body)]).toEqual([403, "SignatureDoesNotMatch"]);
    expect(message(answer.body)).toBe(
      `Credential should be scoped to correct service: &apos;${service}&apos;.`,
    );
  });

  it("answers JSON if STS is asked for it", async () => {
    const options = { service: "sts", headers: { accept: "application/json" } };
    const answer = await post("Action=GetCallerIdentity&Version=2011-06-15", options);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(answer.body).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Account: installation.account,
          Arn: `arn:aws:iam::${installation.account}:root`,
          UserId: installation.account,
        },
        ResponseMetadata: { RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    });
    const refused = await post("Action=GetCallerIdentity&Version=2011-06-15", {
      ...options,
      credentials: { accessKeyId: "AKIAUNKNOWNUNKNOWN00", secretAccessKey: "x" },
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({
      Error: {
        Code: "InvalidClientTokenId",
        Message: "The security token included in the request is invalid.",
        Type: "Sender",
      },
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each(["PolicyArns.member.1.Arn", "PolicyArns.member.1", "PolicyArns.1.arn", "policy"])(
    "refuses AssumeRole with the misspelled session policy %s",
    async (name) => {
      const role = `arn:aws:iam::${installation.account}:role/any`;
      const answer = await post(
        `Action=AssumeRole&Version=2011-06-15&RoleArn=${role}&RoleSessionName=s&${name}=arn:aws:iam::aws:policy/ReadOnlyAccess`,
        { service: "sts" },
      );
      expect([answer.status, code(answer.body)]).toEqual([400, "MalformedInput"]);
      expect(message(answer.body)).toContain(`\`${name.split(".").slice(0, 1)}`);
    },
  );

  it("refuses a body that was changed on its way", async () => {
    const body = "Action=ListUsers&Version=2010-05-08";
    const { host, hostname, port } = new URL(installation.local.controlUrl);
    const signer = new SignatureV4({
      service: "iam",
      region: "us-east-1",
      credentials: installation.root,
      sha256: Sha256,
    });
    const headers = { host, "content-length": String(body.length) };
    const signed = await signer.sign({
      method: "POST",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/",
      headers,
      body,
    });
    const answer = await send(
      installation.local.controlUrl,
      "POST",
      "/",
      signed.headers,
      body.replace("ListUsers", "ListRoles"),
    );
    expect([answer.status, code(answer.body)]).toEqual([403, "SignatureDoesNotMatch"]);
  });

  it("refuses a body larger than a function can be given", async () => {
    const answer = await post(
      `Action=CreateUser&Version=2010-05-08&UserName=${"x".repeat(7 * 1024 * 1024)}`,
    );
    expect([answer.status, code(answer.body)]).toEqual([413, "RequestEntityTooLarge"]);
  });

  it("writes nothing when a part is wrong, and lives on", async () => {
    const { iam } = installation;
    await iam.send(new CreateUserCommand({ UserName: "careful" }));
    const put = (PolicyDocument: string) =>
      iam.send(new PutUserPolicyCommand({ UserName: "careful", PolicyName: "p", PolicyDocument }));
    await expect(put("{")).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
      $metadata: { httpStatusCode: 400 },
    });
    const long = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "a:b", Resource: `arn:aws:a:::${"x".repeat(2100)}` }],
    });
    await expect(put(long)).rejects.toMatchObject({
      name: "LimitExceededException",
      message: "Maximum policy size of 2048 bytes exceeded for user careful",
    });
    const tags = Array.from({ length: 60 }, (_, index) => ({ Key: `k${index}`, Value: "v" }));
    await expect(
      iam.send(new TagUserCommand({ UserName: "careful", Tags: tags })),
    ).rejects.toMatchObject({
      $metadata: { httpStatusCode: expect.any(Number) },
    });
    const { User } = await iam.send(new GetUserCommand({ UserName: "careful" }));
    expect(User?.Tags).toBeUndefined();
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(1);
  });

  it("serves each service at its own path, and by the signed service at `/`", async () => {
    const at = (path: string) =>
      new IAMClient({
        endpoint: `${installation.local.controlUrl}${path}`,
        region: "eu-west-3",
        credentials: installation.root,
      });
    for (const path of ["", "/", "/iam"])
      expect((await at(path).send(new ListUsersCommand({}))).IsTruncated).toBe(false);
    expect((await installation.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(
      installation.account,
    );
    expect(
      (
        await send(installation.local.controlUrl, "GET", "/elsewhere", {
          host: new URL(installation.local.controlUrl).host,
        })
      ).status,
    ).toBe(404);
  });

  it("lets a user do what its policies say, and tells what it may not do in AWS's words", async () => {
    const { iam } = installation;
    await iam.send(new CreateUserCommand({ UserName: "limited", Path: "/team/" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "limited" }));
    const limited = installation.iamAs({
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    });
    const user = "arn:aws:iam::100000000000:user/team/limited";
    await expect(limited.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: ${user} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::100000000000:user/ because no identity-based policy allows the iam:ListUsers action`,
    });
    const document = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "iam:*", Resource: "*" },
        { Effect: "Deny", Action: "iam:GetUser", Resource: "*" },
      ],
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "limited",
        PolicyName: "p",
        PolicyDocument: JSON.stringify(document),
      }),
    );
    expect(
      (await limited.send(new ListUsersCommand({ PathPrefix: "/team/" }))).Users,
    ).toMatchObject([{ UserName: "limited" }]);
    await expect(limited.send(new GetUserCommand({ UserName: "limited" }))).rejects.toMatchObject({
      message: `User: ${user} is not authorized to perform: iam:GetUser on resource: user limited with an explicit deny in an identity-based policy`,
    });
  });
});

describe("the log of the control API", () => {
  it("tells of every call who was allowed what, and by what", async () => {
    const { iam, iamAs, decisions, stop } = await startInstallation();
    await iam.send(new CreateUserCommand({ UserName: "logged" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "logged" }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Look", Effect: "Allow", Action: "iam:GetUser", Resource: "*" },
        {
          Sid: "Red",
          Effect: "Allow",
          Action: "iam:ListUsers",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalTag/Team": "red" } },
        },
        {
          Sid: "NotRoot",
          Effect: "Deny",
          Action: "iam:GetUser",
          Resource: "arn:aws:iam::*:user/hidden",
        },
      ],
    });
    await iam.send(
      new PutUserPolicyCommand({ UserName: "logged", PolicyName: "p", PolicyDocument }),
    );
    const logged = iamAs(credentialsOf(AccessKey));
    const arn = (name: string) => `arn:aws:iam::100000000000:user/${name}`;
    const line = async (UserName: string, as = logged) => {
      await as.send(new GetUserCommand({ UserName })).catch(() => {});
      return decisions.at(-1);
    };
    const common = { action: "iam:GetUser", principal: arn("logged"), account: "100000000000" };
    const allowed = { ...common, outcome: "allowed", statements: ["p#Look"] };
    expect(await line("logged")).toMatchObject({ ...allowed, resource: arn("logged") });
    expect(await line("nobody")).toMatchObject({
      ...allowed,
      outcome: "failed",
      resource: arn("nobody"),
      reason: "NoSuchEntity: The user with name nobody cannot be found.",
    });
    expect(await line("hidden")).toMatchObject({
      ...common,
      outcome: "explicitDeny",
      resource: arn("hidden"),
      statements: ["p#NotRoot"],
    });
    expect(await line("not a name")).toMatchObject({ ...common, outcome: "invalid" });
    await logged.send(new ListUsersCommand({})).catch(() => {});
    expect(decisions.at(-1)).toMatchObject({
      ...common,
      action: "iam:ListUsers",
      outcome: "implicitDeny",
      resource: "arn:aws:iam::100000000000:user/",
      nearMisses: ["p#Red: StringEquals aws:PrincipalTag/Team"],
      missingContext: ["aws:principaltag/team"],
    });
    const nobody = iamAs({ accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "x" });
    expect(await line("logged", nobody)).toMatchObject({
      outcome: "unauthenticated",
      action: "iam:GetUser",
      accessKeyId: "AKIAAAAAAAAAAAAAAAAA",
      reason:
        "InvalidClientTokenId: the access key does not exist: it was never issued, or was deleted",
    });
    await stop();
  });
});

const tableClient = ({ local }: TestInstallation) =>
  new DynamoDBClient({
    endpoint: local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

describe("the control API, when a record would outgrow the table", () => {
  it("says that a limit is exceeded, and changes nothing", async () => {
    const installation = await startInstallation();
    const { account, decisions, iam } = installation;
    const client = tableClient(installation);
    const store = dynamoStore({ client, tableName: "portcullis" });
    const [found] = await store.get([accountKey(account)]);
    const data = { ...(found?.data as AccountRecord), groups: { AGPAFULL: ["x".repeat(409_300)] } };
    const copies = Array.from({ length: ACCOUNT_COPIES }, (_, copy) => accountKey(account, copy));
    await store.transact(copies.map((key) => ({ kind: "put", key, data, expect: "present" })));

    const GroupName = "last";
    const PolicyArn = "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator";
    const attached = async () =>
      (await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))).AttachedPolicies;
    await iam.send(new CreateGroupCommand({ GroupName }));
    const made = { PolicyName: "p".repeat(128), PolicyDocument: policy("Allow", "a:b") };
    const { Policy } = await iam.send(new CreatePolicyCommand(made));
    const attach = new AttachGroupPolicyCommand({ GroupName, PolicyArn: Policy?.Arn });
    await expect(iam.send(attach)).rejects.toMatchObject({
      name: "LimitExceededException",
      message:
        "The record of account/0 would be larger than can be kept: use fewer or shorter names.",
      $metadata: { httpStatusCode: 409 },
    });
    expect(decisions.at(-1)).toMatchObject({ outcome: "failed", action: "iam:AttachGroupPolicy" });
    expect(await attached()).toEqual([]);
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    expect(await attached()).toHaveLength(1);
    client.destroy();
    await installation.stop();
  });
});

describe("the control API, without its table", () => {
  it("answers 503, and works again once the table does", async () => {
    const installation = await startInstallation();
    const client = tableClient(installation);
    await installation.iam.send(new ListUsersCommand({}));
    await client.send(new DeleteTableCommand({ TableName: "portcullis" }));
    await expect(installation.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 503 },
    });
    expect((await installation.call(installation.root, "GET", "/orders")).status).toBe(500);
    await createTable(client, "portcullis");
    await expect(installation.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
    client.destroy();
    await installation.stop();
  });
});
