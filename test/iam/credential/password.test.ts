import { hashPassword, verifyPassword } from "@portcullis/iam/password";
import {
  checkPassword,
  passwordExpiry,
  passwordUse,
  withPassword,
} from "@portcullis/iam/password-policy";
import { describe, expect, it } from "vitest";

const POLICY = {
  minimumLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercase: false,
  requireLowercase: false,
  allowUsersToChange: false,
};
const PROFILE = {
  passwordHash: "h0",
  createdAt: "2026-01-01T00:00:00.000Z",
  changedAt: "2026-01-01T00:00:00.000Z",
  resetRequired: false,
  history: [],
};

describe("password hashes", () => {
  it("verify the password and no other, and are never the same twice", async () => {
    const [one, other] = await Promise.all([hashPassword("pässword"), hashPassword("pässword")]);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword(one, "pässword")).toBe(true);
    expect(await verifyPassword(one, "password")).toBe(false);
    expect(await verifyPassword(one, "")).toBe(false);
  });

  it("keep to the parameters that they were made with", async () => {
    // RFC 7914, 12: N 16, r 1, p 1, both texts empty; its first 32 bytes are those of a 32-byte
    // key.
    const hash = Buffer.from(
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442",
      "hex",
    );
    expect(await verifyPassword(`scrypt$16$1$1$$${hash.toString("base64url")}`, "")).toBe(true);
    await expect(verifyPassword("bcrypt$1$2", "x")).rejects.toThrow("cannot be read");
  });

  it("cost the same for users that are not there", async () => {
    const hash = await hashPassword("x");
    // The processor's time, which other processes do not change, and the least of several, which
    // the collection of garbage of other tests does not.
    const cost = async (of: string | undefined) => {
      const start = process.cpuUsage();
      expect(await verifyPassword(of, "wrong")).toBe(false);
      return process.cpuUsage(start).user;
    };
    const costs: { there: number; absent: number }[] = [];
    for (let round = 0; round < 6; round++)
      costs.push({ there: await cost(hash), absent: await cost(undefined) });
    const there = Math.min(...costs.map((one) => one.there));
    const absent = Math.min(...costs.map((one) => one.absent));
    expect(absent).toBeGreaterThan(there * 0.5);
    expect(absent).toBeLessThan(there * 2);
  });
});

describe("password policies", () => {
  it("name every class that is missing", () => {
    const all = {
      ...POLICY,
      requireSymbols: true,
      requireNumbers: true,
      requireUppercase: true,
      requireLowercase: true,
    };
    expect(() => checkPassword(all, "lowercase")).toThrow(
      "Password should meet 3 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one number, Password should have at least one symbol",
    );
    expect(() => checkPassword(all, "ABCdef1")).toThrow(
      /^Password should have at least one symbol$/,
    );
    for (const symbol of "!@#$%^&*()_+-=[]{}|'") checkPassword(all, `ABCdef1${symbol}`);
    expect(() => checkPassword(all, "ABCdef1~")).toThrow("symbol");
  });

  it("let passwords expire, softly or hard", () => {
    const aged = { ...POLICY, maxAgeDays: 10 };
    const before = new Date("2026-01-10T23:59:59.999Z");
    const after = new Date("2026-01-11T00:00:00.000Z");
    expect(passwordExpiry(POLICY, PROFILE)).toBeUndefined();
    expect(passwordExpiry(aged, PROFILE)).toEqual(after);
    expect(passwordUse(undefined, PROFILE, after)).toBe("signIn");
    expect(passwordUse(aged, PROFILE, before)).toBe("signIn");
    expect(passwordUse(aged, PROFILE, after)).toBe("changeOnly");
    expect(passwordUse({ ...aged, hardExpiry: true }, PROFILE, after)).toBe("none");
    expect(passwordUse(aged, { ...PROFILE, resetRequired: true }, before)).toBe("changeOnly");
  });

  it("remember the last 24 passwords, newest first", () => {
    let profile = PROFILE as Parameters<typeof withPassword>[0];
    const now = new Date("2026-02-01T00:00:00.000Z");
    for (let index = 1; index <= 30; index++) {
      profile = withPassword(profile, { passwordHash: `h${index}`, now, resetRequired: false });
    }
    expect(profile.passwordHash).toBe("h30");
    expect(profile.history).toEqual(Array.from({ length: 24 }, (_, index) => `h${29 - index}`));
    expect(profile).toMatchObject({ createdAt: PROFILE.createdAt, changedAt: now.toISOString() });
  });
});
