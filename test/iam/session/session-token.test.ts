import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import { issueSession, packedSize, tokenUse } from "@portcullis/iam/issue-session";
import { type AccessKeyRecord, accessKeyKey } from "@portcullis/iam/record/access-key";
import type { AccountRecord } from "@portcullis/iam/record/account";
import { SealBroken } from "@portcullis/iam/sealer";
import type { SessionClaims } from "@portcullis/iam/session-claims";
import { openSession, ownerOfToken, sealedPart } from "@portcullis/iam/session-token";
import { type Reader, recordsOf } from "@portcullis/iam/store";
import { describe, expect, it } from "vitest";
import { identify } from "../../../packages/authorizer/src/identity/identity.ts";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";

const KEY = { kind: "key", name: "AKIAX" } as const;
const ACCOUNT = "100000000000";
const sealer = memoryKeyRing();
const at = (seconds: number) => 1_800_000_000 + seconds;
const claims = (
  over: Partial<SessionClaims> = {},
): Omit<SessionClaims, "accessKeyId" | "secret"> => ({
  kind: "SessionToken",
  account: ACCOUNT,
  issuedAt: at(0),
  expiresAt: at(900),
  ownerId: "AIDAAAAAAAAAAAAAAAAAA",
  ...over,
});

describe("a session token", () => {
  it("holds its claims, short or long, and shows only whose record to read", () => {
    const policies = [
      JSON.stringify({
        Statement: Array.from({ length: 60 }, (_, index) => ({
          Effect: "Allow",
          Action: `orders:Action${index}`,
          Resource: "*",
        })),
      }),
    ];
    for (const over of [{}, { policies }, { tags: [{ key: "Ünïcode", value: "✓" }] }]) {
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issueSession(
        sealer,
        KEY,
        claims(over),
      );
      expect(accountOfAccessKeyId(AccessKeyId)).toBe(ACCOUNT);
      expect(Expiration).toEqual(new Date(at(900) * 1000));
      expect(ownerOfToken(SessionToken)).toEqual(KEY);
      expect(openSession(sealer, SessionToken, AccessKeyId)).toEqual({
        ...claims(over),
        accessKeyId: AccessKeyId,
        secret: SecretAccessKey,
      });
      expect(SessionToken).not.toContain(SecretAccessKey);
    }
  });

  it("is its own access key's and its own installation's only", () => {
    const one = issueSession(sealer, KEY, claims());
    const other = issueSession(sealer, KEY, claims({ account: "200000000000" }));
    expect(() => openSession(sealer, one.SessionToken, other.AccessKeyId)).toThrow(SealBroken);
    expect(() => openSession(memoryKeyRing(), one.SessionToken, one.AccessKeyId)).toThrow(
      SealBroken,
    );
    const otherOwner = `${Buffer.from("root").toString("base64url")}.${sealedPart(one.SessionToken)}`;
    expect(ownerOfToken(otherOwner)).toEqual({ kind: "root" });
    expect(() => openSession(sealer, otherOwner, one.AccessKeyId)).toThrow(SealBroken);
  });

  it("names no record but a role, a user, a key or root", () => {
    const named = (owner: string) => ownerOfToken(`${Buffer.from(owner).toString("base64url")}.x`);
    expect(named("root")).toEqual({ kind: "root" });
    expect(named("role/r")).toEqual({ kind: "role", name: "r" });
    expect(named("user/u@x")).toEqual({ kind: "user", name: "u@x" });
    expect(named("key/AKIAX")).toEqual(KEY);
    for (const owner of [
      "",
      "role/",
      "group/g",
      "role/a/b",
      "user/../root",
      "account/0",
      "role/a#b",
      "root/",
      "keyring",
      `role/${"x".repeat(129)}`,
    ]) {
      expect(named(owner), owner).toBeUndefined();
    }
    for (const token of [
      "",
      ".",
      "x",
      `${Buffer.from("root").toString("base64")}=.x`,
      "x".repeat(20_000),
    ])
      expect(ownerOfToken(token)).toBeUndefined();
  });

  it("is as long as requested, and the answer has its length", () => {
    const credentials = issueSession(sealer, { kind: "root" }, claims(), 4096);
    expect(credentials.SessionToken.length).toBeGreaterThanOrEqual(4096);
    expect(issueSession(sealer, { kind: "root" }, claims(), 1e9).SessionToken.length).toBeLessThan(
      6000,
    );
    expect(tokenUse(credentials)).toEqual({
      SessionTokenSize: credentials.SessionToken.length,
      SessionTokenUtilization: Math.ceil(credentials.SessionToken.length / 90),
    });
    expect(packedSize({})).toBeLessThan(2);
  });
});

describe("a session", () => {
  const user = {
    type: "User" as const,
    account: ACCOUNT,
    name: "ann",
    id: "AIDAAAAAAAAAAAAAAAAAA",
    path: "/",
    tags: [],
    groups: [],
    inline: [],
    attached: [],
  };
  const key: AccessKeyRecord = {
    id: "AKIAX",
    status: "Active",
    createdAt: "",
    sealedSecret: "",
    principal: user,
  };
  const account: AccountRecord = { id: ACCOUNT, status: "ACTIVE", createdAt: "", groups: {} };
  const directory = (records: { key?: AccessKeyRecord; account?: AccountRecord }) => {
    const get: Reader["get"] = async (keys) => {
      const found = keys.map((wanted) => {
        const data = wanted.partition.startsWith("account/")
          ? records.account
          : wanted.partition === accessKeyKey("AKIAX", ACCOUNT).partition
            ? records.key
            : undefined;
        return data && { key: wanted, version: 1, data };
      });
      return recordsOf(keys, found);
    };
    return {
      reader: { get, snapshot: get },
      managementAccount: ACCOUNT,
      pendingKeyRing: () => undefined,
      sealer: async () => sealer,
    };
  };
  const answer = async (
    seconds: number,
    records: Parameters<typeof directory>[0] = { key, account },
  ) => {
    const { AccessKeyId, SessionToken } = issueSession(sealer, KEY, claims());
    const found = await identify(
      directory(records),
      { accessKeyId: AccessKeyId, sessionToken: SessionToken },
      new Date(at(seconds) * 1000),
      [],
    );
    return found.ok ? "ok" : found.code;
  };

  it("is good until the second that it ends", async () => {
    expect(await answer(0)).toBe("ok");
    expect(await answer(899)).toBe("ok");
    expect(await answer(900)).toBe("ExpiredToken");
    expect(await answer(1e6)).toBe("ExpiredToken");
  });

  it("ends with its key, with its user, and with its account", async () => {
    expect(await answer(1, { key: { ...key, status: "Inactive" }, account })).toBe(
      "InvalidClientTokenId",
    );
    expect(await answer(1, { account })).toBe("InvalidClientTokenId");
    expect(
      await answer(1, {
        key: { ...key, principal: { ...user, id: "AIDABBBBBBBBBBBBBBBBB" } },
        account,
      }),
    ).toBe("InvalidClientTokenId");
    expect(await answer(1, { key })).toBe("InvalidClientTokenId");
    const suspended = { ...account, status: "SUSPENDED" } as const;
    expect(await answer(1, { key, account: suspended })).toBe("InvalidClientTokenId");
  });
});
