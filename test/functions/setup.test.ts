import { setUp } from "@portcullis/functions";
import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { hashPassword } from "@portcullis/iam/password";
import {
  type AccessKeyRecord,
  accessKeyKey,
  accessKeySeal,
} from "@portcullis/iam/record/access-key";
import { type RootRecord, rootKey } from "@portcullis/iam/record/root";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS } from "@portcullis/iam/settings";
import { signIn } from "@portcullis/iam/sign-in";
import type { Store } from "@portcullis/iam/store";
import {
  CLAIM_KEY,
  dynamoStore,
  type KeyWrapper,
  keyRingKey,
  loadKeyRing,
  memoryKeyWrapper,
} from "@portcullis/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestTable, testTable } from "../support/engine.ts";

const KEY = {
  accessKeyId: "ROOTKEYOFTHISSTAGE42",
  secretAccessKey: "not-to-be-found-in-the-table-1234567890",
};
const NEXT = {
  accessKeyId: "ROOTKEYOFNEXTYEAR043",
  secretAccessKey: "nor-is-this-one-1234567890-1234567890",
};

let table: TestTable;
let engine: TestTable;
const account = "100000000000";

beforeAll(async () => {
  engine = await testTable();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await testTable({ endpoint: engine.endpoint });
});
afterEach(() => table.stop());

const store = (): Store => dynamoStore({ client: table.client(), tableName: table.tableName });

function place(wrapper: KeyWrapper = memoryKeyWrapper()) {
  return { store: store(), wrapper, account, patienceMilliseconds: 0 };
}

async function secretOf(accessKeyId: string, wrapper: KeyWrapper): Promise<string> {
  const ring = await loadKeyRing({ reader: store(), wrapper, account });
  const [stored] = await store().get([accessKeyKey(accessKeyId, account)]);
  const record = stored?.data as AccessKeyRecord; // what the unit of work stores under this key
  return Buffer.from(
    ring.open(record.sealedSecret, accessKeySeal(account, accessKeyId)),
  ).toString();
}

async function signsIn(wrapper: KeyWrapper, password: string): Promise<boolean> {
  const sealer = await loadKeyRing({ reader: store(), wrapper, account });
  const answer = await signIn(
    {
      store: store(),
      sealer,
      settings: {
        managementAccount: account,
        region: "us-east-1",
        issuer: "",
        quotas: DEFAULT_QUOTAS,
        memberRate: DEFAULT_MEMBER_RATE,
      },
      now: new Date(),
      sourceIp: "192.0.2.1",
    },
    { account, user: { kind: "root", email: "ops@example.com" }, password },
  );
  return answer.outcome === "signedIn";
}

describe("setting up an installation", () => {
  test("makes the key ring, the root user and its key, so that the first request finds them", async () => {
    const here = place();
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    const [root] = await here.store.get([rootKey(account)]);
    expect(root?.data).toMatchObject({ email: "ops@example.com", accessKeys: [KEY.accessKeyId] });
    expect(await secretOf(KEY.accessKeyId, here.wrapper)).toBe(KEY.secretAccessKey);
  });

  test("again, with another key, adds that key and leaves the first, under the same ring", async () => {
    const here = place();
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    await setUp({ rootKey: NEXT, rootEmail: "ops@example.com" }, here);
    const [root] = await here.store.get([rootKey(account)]);
    expect(root?.data).toMatchObject({ accessKeys: [KEY.accessKeyId, NEXT.accessKeyId] });
    expect(await secretOf(KEY.accessKeyId, here.wrapper)).toBe(KEY.secretAccessKey);
    expect(await secretOf(NEXT.accessKeyId, here.wrapper)).toBe(NEXT.secretAccessKey);
  });

  test("rotates the data key when asked, and what the old one sealed can still be opened", async () => {
    const here = place();
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    const before = await loadKeyRing({ reader: here.store, wrapper: here.wrapper, account });
    await setUp({ rootEmail: "ops@example.com", rotateDataKey: true }, here);
    const after = await loadKeyRing({ reader: here.store, wrapper: here.wrapper, account });
    expect(after.derive("test").keyId).not.toBe(before.derive("test").keyId);
    expect(await secretOf(KEY.accessKeyId, here.wrapper)).toBe(KEY.secretAccessKey);
  });

  test("lets the root user sign in with the password that the deployment names, until it names another", async () => {
    const here = place();
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    expect(await signsIn(here.wrapper, "Correct horse 1 battery")).toBe(false);
    const first = { rootEmail: "ops@example.com", rootPassword: "Correct horse 1 battery" };
    await setUp(first, here);
    expect(await signsIn(here.wrapper, first.rootPassword)).toBe(true);
    const [before] = await here.store.get([rootKey(account)]);
    await setUp({ ...first, rotateDataKey: true }, here);
    expect((await here.store.get([rootKey(account)]))[0]?.version).toBe(before?.version);
    const second = { ...first, rootPassword: "Staple 2 the other horse" };
    await setUp(second, here);
    expect(await signsIn(here.wrapper, first.rootPassword)).toBe(false);
    expect(await signsIn(here.wrapper, second.rootPassword)).toBe(true);
    // without one, nothing is taken away
    await setUp({ rootEmail: "ops@example.com" }, here);
    expect(await signsIn(here.wrapper, second.rootPassword)).toBe(true);
  });

  test("leaves a password alone that was set in another way, as long as the deployment names the same one", async () => {
    const here = place();
    const event = { rootEmail: "ops@example.com", rootPassword: "Correct horse 1 battery" };
    await setUp(event, here);
    const [stored] = await here.store.get([rootKey(account)]);
    const root = stored?.data as RootRecord; // what the unit of work stores under this key
    const passwordHash = await hashPassword("mine alone, 4711");
    await here.store.transact([
      {
        kind: "put",
        key: rootKey(account),
        data: { ...root, passwordHash },
        expect: stored?.version ?? "absent",
      },
    ]);
    await setUp(event, here);
    expect(await signsIn(here.wrapper, "mine alone, 4711")).toBe(true);
    expect(await signsIn(here.wrapper, event.rootPassword)).toBe(false);
  });

  test("refuses a second management account, and leaves the first as it is", async () => {
    const here = place();
    await setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, here);
    const other = { ...here, account: "222222222222", patienceMilliseconds: 60_000 };
    await expect(setUp({ rootKey: NEXT, rootEmail: "ops@example.com" }, other)).rejects.toThrow(
      new RangeError(
        "the table holds the installation of the management account 100000000000, and can't hold a second one, of 222222222222",
      ),
    );
    const [ring, root] = await here.store.get([
      keyRingKey("222222222222"),
      rootKey("222222222222"),
    ]);
    expect([ring, root]).toEqual([undefined, undefined]);
    expect(await secretOf(KEY.accessKeyId, here.wrapper)).toBe(KEY.secretAccessKey);
  });

  test("gives the table to one of several management accounts that come at once", async () => {
    const outcomes = await Promise.allSettled(
      ["1", "2", "3", "4"].map((digit) =>
        setUp({ rootEmail: "ops@example.com" }, { ...place(), account: digit.repeat(12) }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const rings = await store().get(
      ["1", "2", "3", "4"].map((digit) => keyRingKey(digit.repeat(12))),
    );
    expect(rings.filter((ring) => ring !== undefined)).toHaveLength(1);
  });

  test("refuses a table whose owner can't be read", async () => {
    const here = place();
    await here.store.transact([{ kind: "put", key: CLAIM_KEY, data: {}, expect: "absent" }]);
    await expect(setUp({ rootEmail: "ops@example.com" }, here)).rejects.toThrow(
      "the record that says whose table it is is damaged",
    );
  });

  test("refuses a key id that says it belongs to another account", async () => {
    const accessKeyId = makeAccessKeyId("AKIA", "999999999999");
    await expect(
      setUp({ rootKey: { ...KEY, accessKeyId }, rootEmail: "ops@example.com" }, place()),
    ).rejects.toThrow(
      new RangeError(
        `the root access key id \`${accessKeyId}\` belongs to account 999999999999, not to the management account ${account}: choose another`,
      ),
    );
  });

  test("waits for the permissions of a role that was just made, as long as it is told to", async () => {
    const real = memoryKeyWrapper();
    let refusals = 1;
    const late: KeyWrapper = {
      unwrap: real.unwrap,
      async wrap(key) {
        if (refusals-- > 0) throw new Error("AccessDeniedException");
        return real.wrap(key);
      },
    };
    await expect(
      setUp({ rootKey: KEY, rootEmail: "ops@example.com" }, place(late)),
    ).rejects.toThrow("AccessDeniedException");
    refusals = 1;
    await setUp(
      { rootKey: KEY, rootEmail: "ops@example.com" },
      { ...place(late), patienceMilliseconds: 10_000 },
    );
    expect(await secretOf(KEY.accessKeyId, real)).toBe(KEY.secretAccessKey);
  });
});
