import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { recordsUsage } from "@portcullis/iam/record/partition";
import { type Key, recordsOf, type Store } from "@portcullis/iam/store";
import { type Engine, startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAhead } from "../../packages/control-api/src/pipeline/read-ahead.ts";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { roleTrust } from "../support/trust.ts";

/**
 * Whether a call is only of the feed that records uses, at a time of its own. Those of keys depend
 * on the key's record.
 */
function recordsUses(body: string): boolean {
  const partitions = [...body.matchAll(/pk":\{"S":"\d*#([^"]*)"/g)].map(([, name = ""]) => name);
  const isOfFeed = (name: string) => recordsUsage(name) || name.startsWith("key/");
  return partitions.length > 0 && partitions.every(isOfFeed);
}

describe("operations, by the calls that DynamoDB gets", () => {
  let engine: Engine;
  let between: Server;
  let installation: TestInstallation;
  let user: TestCredentials;
  let RoleArn: string | undefined;
  const calls: string[] = [];
  beforeAll(async () => {
    engine = await startEngine({ dataFile: ":memory:" });
    between = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const call = String(request.headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
      if (!recordsUses(body)) calls.push(call);
      const onward = httpRequest(
        engine.endpoint,
        { method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.end(body);
    });
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    const dynamodbEndpoint = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    installation = await startInstallation({ dynamodbEndpoint });
    const { iam, account } = installation;
    await iam.send(new CreateUserCommand({ UserName: "ann" }));
    const policy = {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" },
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ann",
        PolicyName: "own",
        PolicyDocument: JSON.stringify(policy),
      }),
    );
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument: roleTrust(account) }),
    );
    RoleArn = Role?.Arn;
    user = credentialsOf(
      (await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }))).AccessKey,
    );
  });
  afterAll(async () => {
    await installation?.stop();
    between?.close();
    await engine?.stop();
  });
  const assume = (credentials: TestCredentials) =>
    installation.stsAs(credentials).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" }));

  it("AssumeRole reads once and writes nothing, and so does whoever uses the session", async () => {
    await assume(user);
    calls.length = 0;
    const session = credentialsOf((await assume(user)).Credentials);
    expect(calls).toEqual(["BatchGetItem"]);
    calls.length = 0;
    await installation.stsAs(session).send(new GetCallerIdentityCommand({}));
    expect(calls).toEqual(["BatchGetItem"]);
  });

  it("CreateUser reads once and writes once", async () => {
    const { iam } = installation;
    await iam.send(new CreateUserCommand({ UserName: "bob" }));
    calls.length = 0;
    await iam.send(new CreateUserCommand({ UserName: "cid" }));
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    calls.length = 0;
    await expect(iam.send(new CreateUserCommand({ UserName: "CID" }))).rejects.toMatchObject({
      name: "EntityAlreadyExistsException",
      message: "User with name CID already exists.",
    });
    expect(calls).toEqual(["BatchGetItem"]);
  });

  it("CreateGroup and CreateRole read once and write once", async () => {
    const { iam, account } = installation;
    calls.length = 0;
    await iam.send(new CreateGroupCommand({ GroupName: "bobs" }));
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    await expect(iam.send(new CreateGroupCommand({ GroupName: "BOBS" }))).rejects.toMatchObject({
      name: "EntityAlreadyExistsException",
    });
    calls.length = 0;
    const role = { RoleName: "writer", AssumeRolePolicyDocument: roleTrust(account) };
    await iam.send(new CreateRoleCommand(role));
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    await expect(iam.send(new CreateRoleCommand(role))).rejects.toMatchObject({
      name: "EntityAlreadyExistsException",
    });
  });

  it("ListUsers reads the list, and no sign-ins of users that never had a password", async () => {
    const { iam } = installation;
    await iam.send(new ListUsersCommand({}));
    calls.length = 0;
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    expect(Users.map(({ UserName }) => UserName)).toContain("ann");
    expect(calls).toEqual(["BatchGetItem", "Query"]);
    await iam.send(
      new CreateLoginProfileCommand({ UserName: "ann", Password: "a good pAssword 1!" }),
    );
    calls.length = 0;
    await iam.send(new ListUsersCommand({}));
    expect(calls).toEqual(["BatchGetItem", "Query", "BatchGetItem"]);
  });

  it("AssumeRole sees a trust policy that has just changed", async () => {
    const { iam, account } = installation;
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "reader",
        PolicyDocument: roleTrust(account, { Effect: "Deny" }),
      }),
    );
    await expect(assume(user)).rejects.toMatchObject({ name: "AccessDenied" });
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "reader", PolicyDocument: roleTrust(account) }),
    );
    await assume(user);
  });
});

describe("a name that makes no key", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation?.stop());

  it.each([
    ["too long", "n".repeat(5_000)],
    ["with a slash", "a/b"],
    ["with U+10FFFF", "\u{10ffff}"],
  ])("%s is refused after authentication", async (_, UserName) => {
    const create = (credentials: TestCredentials) =>
      installation.iamAs(credentials).send(new CreateUserCommand({ UserName }));
    const { root } = installation;
    await expect(create({ ...root, secretAccessKey: "wrong" })).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    await expect(create(root)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("at 'userName' failed to satisfy constraint"),
    });
  });
});

describe("readAhead", () => {
  const key = (sort: string): Key => ({ account: "100000000000", partition: "p", sort });

  it("fetches what will be wanted with the first read, and answers each from there once", async () => {
    const asked: string[][] = [];
    let version = 0;
    const get: Store["get"] = async (keys) => {
      asked.push(keys.map(({ sort }) => sort));
      version++;
      const records = keys.map((wanted) =>
        wanted.sort === "none" ? undefined : { key: wanted, version, data: wanted.sort },
      );
      return recordsOf(keys, records);
    };
    const store = readAhead({ get } as Store, [key("b"), key("none")]);
    expect(await store.get([key("a")])).toMatchObject([{ data: "a" }]);
    expect(await store.get([key("none"), key("b")])).toMatchObject([
      undefined,
      { data: "b", version: 1 },
    ]);
    expect(await store.get([key("b")])).toMatchObject([{ data: "b", version: 2 }]);
    expect(await store.get([key("c"), key("b")])).toHaveLength(2);
    expect(asked).toEqual([["a", "b", "none"], ["b"], ["c", "b"]]);
  });
});
