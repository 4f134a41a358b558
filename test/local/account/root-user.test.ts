import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { ordersLocal } from "@portcullis/example-orders";
import { type LocalInstallation, readSettings, startLocal } from "@portcullis/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { welcome } from "../../../packages/local/src/welcome.ts";

/** The root user of a local installation over several starts on one data directory. */
describe("the root user of a local installation", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-root-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (directory: string, environment: Readonly<Record<string, string>> = {}) =>
    startLocal(
      readSettings({
        PORT: "0",
        PORTCULLIS_API_PORT: "0",
        PORTCULLIS_REST_PORT: "0",
        PORTCULLIS_DATA_DIR: join(folder, directory),
        ...environment,
      }),
      ordersLocal,
      { log: () => {} },
    );
  const signIn = async ({ controlUrl }: LocalInstallation, password: string) => {
    const answer = await fetch(`${controlUrl}/signin`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ account: "100000000000", email: "root@localhost", password }),
    });
    return answer.status;
  };
  const listUsers = async (
    { controlUrl: endpoint }: LocalInstallation,
    credentials: LocalInstallation["rootKey"],
  ) => {
    if (credentials === undefined) throw new Error("there is no root key");
    const client = new IAMClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
    try {
      return (await client.send(new ListUsersCommand({}))).Users;
    } finally {
      client.destroy();
    }
  };

  test("has the password that a later start is given, and keeps it at starts without one", async () => {
    const first = await start("password");
    const generated = first.rootPassword ?? "";
    expect(await signIn(first, generated)).toBe(200);
    await first.stop();

    const PORTCULLIS_ROOT_PASSWORD = "given at a later start";
    const second = await start("password", { PORTCULLIS_ROOT_PASSWORD });
    expect(second.rootPassword).toBeUndefined();
    expect(await signIn(second, PORTCULLIS_ROOT_PASSWORD)).toBe(200);
    expect(await signIn(second, generated)).toBe(401);
    await second.stop();

    const third = await start("password");
    expect(third.rootPassword).toBeUndefined();
    expect(await signIn(third, PORTCULLIS_ROOT_PASSWORD)).toBe(200);
    await third.stop();
  });

  test.each(["short12", "x".repeat(129)])("has no password like %s", (password) => {
    expect(() => readSettings({ PORTCULLIS_ROOT_PASSWORD: password })).toThrow(
      "PORTCULLIS_ROOT_PASSWORD must have 8 to 128 characters.",
    );
  });

  test("gets a new key when the credentials file is lost, and the former one is deactivated", async () => {
    const directory = join(folder, "key");
    const first = await start("key");
    const former = first.rootKey;
    expect(await listUsers(first, former)).toEqual([]);
    expect(welcome(first, directory)).not.toContain("root key");
    await first.stop();

    const second = await start("key");
    expect(second.rootKey).toBeUndefined();
    expect(await listUsers(second, former)).toEqual([]);
    await second.stop();

    rmSync(join(directory, "credentials"));
    const third = await start("key");
    expect(third.deactivatedRootKeyId).toBe(former?.accessKeyId);
    expect(await listUsers(third, third.rootKey)).toEqual([]);
    await expect(listUsers(third, former)).rejects.toMatchObject({
      name: "InvalidClientTokenId",
      message: "The security token included in the request is invalid.",
    });
    expect(readFileSync(join(directory, "credentials"), "utf8")).toContain(
      third.rootKey?.accessKeyId,
    );
    const text = welcome(third, directory);
    expect(text).toContain(
      `root key       ${third.rootKey?.accessKeyId} is new: the credentials file had none.`,
    );
    expect(text).toContain(`The former key, ${former?.accessKeyId}, is deactivated.`);
    await third.stop();
  });

  test("keeps the key that its operator gives at every start", async () => {
    const given = {
      PORTCULLIS_ROOT_ACCESS_KEY_ID: "ROOTKEYOFTHISTEST",
      PORTCULLIS_ROOT_SECRET_ACCESS_KEY: "a secret of this test",
    };
    const first = await start("given", given);
    await first.stop();
    rmSync(join(folder, "given", "credentials"));
    const second = await start("given", given);
    expect(second.deactivatedRootKeyId).toBeUndefined();
    expect(await listUsers(second, second.rootKey)).toEqual([]);
    await second.stop();
  });
});
