import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, credentialsOf, type TestCredentials } from "../support/harness.ts";
import { roleTrust } from "../support/trust.ts";

const policy = (Effect: "Allow" | "Deny", Action: string | string[], Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] });

/** One story through every layer, on a process of its own: each step rests on the one before. */
describe("an installation, from the outside", () => {
  const directory = mkdtempSync(join(tmpdir(), "portcullis-"));
  const account = "100000000000";
  const root: TestCredentials = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  let server: Served;
  let ana: TestCredentials;
  let anasKeyId: string;
  let session: TestCredentials;

  const iam = () =>
    new IAMClient({ endpoint: server.control, region: "us-east-1", credentials: root });
  const orders = async (who: TestCredentials | undefined) =>
    (await call(server.api, who, "GET", "/orders")).status;

  beforeAll(async () => {
    server = await serve(directory, root);
  });
  afterAll(async () => {
    await end(server.process, "SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  });

  it("writes a profile that only its owner can read", () => {
    for (const file of ["config", "credentials"])
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, "config"), "utf8")).toContain(
      `endpoint_url = ${server.control}`,
    );
    expect(readFileSync(join(directory, "credentials"), "utf8")).toContain(root.accessKeyId);
  });

  it("refuses a user without permissions", async () => {
    await iam().send(new CreateUserCommand({ UserName: "ana" }));
    const made = await iam().send(new CreateAccessKeyCommand({ UserName: "ana" }));
    ana = credentialsOf(made.AccessKey);
    anasKeyId = ana.accessKeyId;
    expect(await call(server.api, ana, "GET", "/orders")).toMatchObject({
      status: 403,
      body: { message: "Forbidden" },
    });
    expect(await orders(undefined)).toBe(401);
  });

  it("allows what a group's policy allows, and nothing more", async () => {
    await iam().send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam().send(
      new PutGroupPolicyCommand({
        GroupName: "readers",
        PolicyName: "read",
        PolicyDocument: policy("Allow", "orders:ListOrders"),
      }),
    );
    await iam().send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "ana" }));
    expect(await orders(ana)).toBe(200);
    expect(
      (await call(server.api, ana, "POST", "/orders", { body: '{"item":"book","quantity":1}' }))
        .status,
    ).toBe(403);
  });

  it("lets an explicit deny win, and forgets it when it is gone", async () => {
    await iam().send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "no",
        PolicyDocument: policy("Deny", "orders:*"),
      }),
    );
    expect(await orders(ana)).toBe(403);
    await iam().send(new DeleteUserPolicyCommand({ UserName: "ana", PolicyName: "no" }));
    expect(await orders(ana)).toBe(200);
  });

  it("refuses the very next request once the user has left the group", async () => {
    await iam().send(new RemoveUserFromGroupCommand({ GroupName: "readers", UserName: "ana" }));
    expect(await orders(ana)).toBe(403);
  });

  it("gives a session the role's permissions and no longer the user's own", async () => {
    await iam().send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "list",
        PolicyDocument: policy("Allow", ["orders:ListOrders", "sts:AssumeRole"]),
      }),
    );
    const trust = roleTrust(`arn:aws:iam::${account}:root`);
    const role = await iam().send(
      new CreateRoleCommand({ RoleName: "clerk", AssumeRolePolicyDocument: trust }),
    );
    const made = await iam().send(
      new CreatePolicyCommand({
        PolicyName: "clerk",
        PolicyDocument: policy("Allow", ["orders:CreateOrder", "execute-api:Invoke"]),
      }),
    );
    await iam().send(
      new AttachRolePolicyCommand({ RoleName: "clerk", PolicyArn: made.Policy?.Arn }),
    );
    const sts = new STSClient({ endpoint: server.control, region: "us-east-1", credentials: ana });
    session = credentialsOf(
      (await sts.send(new AssumeRoleCommand({ RoleArn: role.Role?.Arn, RoleSessionName: "one" })))
        .Credentials,
    );
    expect(
      (await call(server.api, session, "POST", "/orders", { body: '{"item":"book","quantity":2}' }))
        .status,
    ).toBe(201);
    expect(await orders(session)).toBe(403);
    expect((await call(server.api, session, "GET", "/whoami")).body).toMatchObject({
      principalArn: `arn:aws:sts::${account}:assumed-role/clerk/one`,
      principalType: "AssumedRole",
      accountId: account,
      roleName: "clerk",
      sessionName: "one",
      mfaAuthenticated: "false",
    });
    const identity = await new STSClient({
      endpoint: server.control,
      region: "us-east-1",
      credentials: session,
    }).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/clerk/one`);
  });

  it("refuses a deactivated key at the very next request", async () => {
    expect(await orders(ana)).toBe(200);
    await iam().send(
      new UpdateAccessKeyCommand({ UserName: "ana", AccessKeyId: anasKeyId, Status: "Inactive" }),
    );
    expect(await call(server.api, ana, "GET", "/orders")).toMatchObject({
      status: 401,
      body: { message: "Unauthorized" },
    });
    await iam().send(
      new UpdateAccessKeyCommand({ UserName: "ana", AccessKeyId: anasKeyId, Status: "Active" }),
    );
    expect(await orders(ana)).toBe(200);
  });

  it("is all there again after `kill -9`", async () => {
    await end(server.process, "SIGKILL");
    server = await serve(directory, root);
    const list = await call(server.api, ana, "GET", "/orders");
    expect(list.status).toBe(200);
    expect(list.body.orders).toMatchObject([{ item: "book", quantity: 2 }]);
    expect((await call(server.api, session, "GET", "/whoami")).status).toBe(200);
  });

  it("refuses a second start on the same data with one sentence", async () => {
    const second = start(directory, root, [0, 0, 0]);
    let output = "";
    second.stderr?.on("data", (part: Buffer) => {
      output += part.toString();
    });
    expect(await exitOf(second)).toBe(1);
    expect(output).toBe(
      `portcullis: The data directory ${directory} is in use by another process (pid ${server.process.pid}).\n`,
    );
  });

  it("refuses a port in use with one sentence, and ends by SIGTERM with code 0", async () => {
    const other = mkdtempSync(join(tmpdir(), "portcullis-"));
    const taken = Number(new URL(server.api).port);
    const second = start(other, root, [0, taken, 0]);
    let output = "";
    second.stderr?.on("data", (part: Buffer) => {
      output += part.toString();
    });
    expect(await exitOf(second)).toBe(1);
    expect(output).toBe(
      `portcullis: Port ${taken} is in use: set PORTCULLIS_API_PORT to another one, or stop what listens there.\n`,
    );
    const third = await serve(other, root);
    expect(await end(third.process, "SIGTERM")).toBe(0);
    rmSync(other, { recursive: true, force: true });
  });
});

interface Served {
  readonly process: ChildProcess;
  readonly control: string;
  readonly api: string;
}

const main = resolve(import.meta.dirname, "../../packages/local/src/main.ts");

function start(
  directory: string,
  root: TestCredentials,
  [port, apiPort, restPort]: readonly number[],
): ChildProcess {
  return spawn(process.execPath, [main], {
    env: {
      ...process.env,
      PORT: String(port),
      PORTCULLIS_API_PORT: String(apiPort),
      PORTCULLIS_REST_PORT: String(restPort),
      PORTCULLIS_DATA_DIR: directory,
      PORTCULLIS_ROOT_ACCESS_KEY_ID: root.accessKeyId,
      PORTCULLIS_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function serve(directory: string, root: TestCredentials): Promise<Served> {
  const ports = await freePorts(3);
  const child = start(directory, root, ports);
  const url = (port = 0) => `http://127.0.0.1:${port}`;
  await new Promise<void>((ready, reject) => {
    let output = "";
    const read = (part: Buffer) => {
      output += part.toString();
      if (output.includes("Portcullis is ready")) ready();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
  return { process: child, control: url(ports[0]), api: url(ports[1]) };
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((done) => child.once("exit", (code) => done(code)));

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = exitOf(child);
  child.kill(signal);
  return ended;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((ready) => {
          const server = createServer().listen(0, "127.0.0.1", () => ready(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
