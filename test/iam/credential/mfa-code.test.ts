import { useMfaCode } from "@portcullis/iam/mfa";
import {
  type MfaDeviceRecord,
  mfaDeviceArn,
  mfaDeviceKey,
} from "@portcullis/iam/record/mfa-device";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Store } from "@portcullis/iam/store";
import { atomically } from "@portcullis/iam/unit-of-work";
import { dynamoStore } from "@portcullis/store";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestTable, testTable } from "../../support/engine.ts";

const ACCOUNT = "100000000000";
const SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const totp = new TOTP({ secret: Secret.fromBase32(SEED) });
const START = Date.parse("2026-05-05T12:00:15.000Z");

let table: TestTable;
let store: Store;
beforeAll(async () => {
  table = await testTable();
  store = dynamoStore({ client: table.client(), tableName: table.tableName });
});
afterAll(() => table.stop());

/** Seals nothing, but opens only what was bound to the same. */
const sealer: Sealer = {
  seal: (plaintext, bound) => `${bound}:${Buffer.from(plaintext).toString("base64url")}`,
  open(sealed, bound) {
    if (!sealed.startsWith(`${bound}:`)) throw new Error("bound to something else");
    return Buffer.from(sealed.slice(bound.length + 1), "base64url");
  },
  derive: () => ({ keyId: "k", key: new Uint8Array(32) }),
};

async function device(name: string, drift = 0): Promise<string> {
  const device = { account: ACCOUNT, path: "/", name };
  const serial = mfaDeviceArn(device);
  const record: MfaDeviceRecord = {
    ...device,
    createdAt: "2026-01-01T00:00:00.000Z",
    sealedSeed: sealer.seal(Buffer.from(SEED), `mfa/${serial.toLowerCase()}`),
    tags: [],
    enabled: { at: "2026-01-01T00:00:00.000Z", userName: "u", drift },
  };
  await atomically(store, async (unit) => unit.put(mfaDeviceKey(ACCOUNT, serial), record));
  return serial;
}

/** The code of the step so many steps after the start, tried so many seconds after the start. */
const codeAt = (steps: number) => totp.generate({ timestamp: START + steps * 30_000 });
const attempt = (devices: readonly string[], code: string, seconds = 0) =>
  atomically(store, (unit) =>
    useMfaCode(
      { account: ACCOUNT, unit, sealer, now: new Date(START + seconds * 1000) },
      devices,
      code,
    ),
  );

describe("MFA codes", () => {
  it("are good once, also when twenty try one at once (RFC 6238, 5.2)", async () => {
    const serial = await device("once");
    const tried = await Promise.all(Array.from({ length: 20 }, () => attempt([serial], codeAt(0))));
    expect(tried.filter((good) => good)).toHaveLength(1);
  });

  it("are good for their step, the one after, and a little ahead; never before one that was used", async () => {
    const serial = await device("window");
    expect(await attempt([serial], codeAt(-2))).toBe(false);
    expect(await attempt([serial], codeAt(3))).toBe(false);
    expect(await attempt([serial], codeAt(-1))).toBe(true);
    expect(await attempt([serial], codeAt(2))).toBe(true);
    expect(await attempt([serial], codeAt(1))).toBe(false);
    expect(await attempt([serial], codeAt(2))).toBe(false);
  });

  it("are looked for where the device's clock is", async () => {
    const serial = await device("drifted", 40);
    expect(await attempt([serial], codeAt(0))).toBe(false);
    expect(await attempt([serial], codeAt(40))).toBe(true);
  });

  it("are good for any of a user's devices, and for no other", async () => {
    const serials = [await device("first"), await device("second", 100)];
    expect(await attempt(serials, codeAt(100))).toBe(true);
    expect(await attempt([], codeAt(0))).toBe(false);
    expect(
      await attempt([mfaDeviceArn({ account: ACCOUNT, path: "/", name: "none" })], codeAt(0)),
    ).toBe(false);
  });

  it("cannot be guessed fast: after five wrong ones each must wait, a minute at most", async () => {
    const serial = await device("guessed");
    for (let index = 0; index < 5; index++) expect(await attempt([serial], "000000")).toBe(false);
    // Even the right one is not looked at before its time.
    expect(await attempt([serial], codeAt(0), 0.5)).toBe(false);
    expect(await attempt([serial], "000000", 1)).toBe(false);
    expect(await attempt([serial], codeAt(0), 2.5)).toBe(false);
    expect(await attempt([serial], codeAt(0), 3)).toBe(true);
    expect(await attempt([serial], codeAt(1), 3)).toBe(true);
    for (let index = 0; index < 20; index++) await attempt([serial], "000000", 1000 + index * 100);
    expect(await attempt([serial], codeAt(99), 1000 + 1900 + 59)).toBe(false);
    expect(await attempt([serial], codeAt(99), 1000 + 1900 + 61)).toBe(true);
  });

  it("of nonsense are refused like others", async () => {
    const serial = await device("nonsense");
    for (const code of ["", "1", "12345678", "١٢٣٤٥٦", `${codeAt(0)} `]) {
      expect(await attempt([serial], code, 0), JSON.stringify(code)).toBe(false);
    }
  });
});
