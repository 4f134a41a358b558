import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Store } from "@portcullis/iam/store";
import {
  createKeyRingIfAbsent,
  dynamoStore,
  fileKeyWrapper,
  kmsKeyWrapper,
  loadKeyRing,
  memoryKeyWrapper,
} from "@portcullis/store";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestTable, testTable } from "../support/engine.ts";
import { expectUnavailable } from "./contract/records.ts";

let table: TestTable;
let store: Store;
const folder = mkdtempSync(join(tmpdir(), "portcullis-keys-"));
beforeAll(async () => {
  table = await testTable();
  store = dynamoStore({ client: table.client(), tableName: table.tableName });
});
afterAll(async () => {
  await table.stop();
  rmSync(folder, { recursive: true, force: true });
});

let accounts = 0;
const newAccount = () => String(++accounts).padStart(12, "0");
const text = (sealer: Sealer, sealed: string, bound: string) =>
  Buffer.from(sealer.open(sealed, bound)).toString();

describe("a master key in a file", () => {
  test("is made once by however many start at once, for its owner alone, and found again", async () => {
    const file = join(folder, "new folder", "master-key");
    const wrappers = await Promise.all(Array.from({ length: 10 }, () => fileKeyWrapper(file)));
    wrappers.push(await fileKeyWrapper(file));
    const wrapped = await Promise.all(
      wrappers.map((wrapper, index) => wrapper.wrap(Buffer.alloc(32, index))),
    );
    for (const wrapper of wrappers) {
      for (const [index, one] of wrapped.entries())
        expect(Buffer.from(await wrapper.unwrap(one))).toEqual(Buffer.alloc(32, index));
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBe(32);
    expect(readdirSync(join(folder, "new folder"))).toEqual(["master-key"]);
  });

  test("that is none is refused, and left as it is", async () => {
    const file = join(folder, "other");
    writeFileSync(file, "my diary");
    await expect(fileKeyWrapper(file)).rejects.toThrow(
      `${file} is not a master key: it has 8 bytes, not 32`,
    );
    expect(statSync(file).size).toBe(8);
    chmodSync(file, 0o600);
  });

  test("opens nothing that was altered", async () => {
    const wrapper = await fileKeyWrapper(join(folder, "key"));
    const wrapped = Buffer.from(await wrapper.wrap(Buffer.alloc(32)));
    for (let index = 0; index < wrapped.length; index++) {
      const altered = Buffer.from(wrapped);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      await expect(wrapper.unwrap(altered)).rejects.toThrow();
    }
  });
});

describe("a KMS key", () => {
  const client = new KMSClient({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  const kms = mockClient(client);
  const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1234";

  test("wraps and opens, bound to the installation", async () => {
    const inner = memoryKeyWrapper();
    kms
      .on(EncryptCommand)
      .callsFake(async (input) => ({ CiphertextBlob: await inner.wrap(input.Plaintext) }));
    kms
      .on(DecryptCommand)
      .callsFake(async (input) => ({ Plaintext: await inner.unwrap(input.CiphertextBlob) }));
    const account = newAccount();
    const wrapper = kmsKeyWrapper(client, keyArn, "portcullis-table");
    const ring = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    const sealed = ring.seal(Buffer.from("secret"), "b");
    expect(text(await loadKeyRing({ reader: store, wrapper, account }), sealed, "b")).toBe(
      "secret",
    );
    for (const call of kms.calls()) {
      expect(call.args[0].input).toMatchObject({
        KeyId: keyArn,
        EncryptionContext: { "portcullis:installation": "portcullis-table" },
      });
    }
  });

  test("that is out of reach leaves no ring", async () => {
    kms
      .on(DecryptCommand)
      .rejects(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    const account = newAccount();
    await createKeyRingIfAbsent({ store, wrapper: memoryKeyWrapper(), account, nowSeconds: 1 });
    await expectUnavailable(
      loadKeyRing({ reader: store, wrapper: kmsKeyWrapper(client, keyArn, "i"), account }),
      "refused",
    );
  });
});
