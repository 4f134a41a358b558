import { accountKey } from "@portcullis/iam/record/account";
import type { Key, Reader } from "@portcullis/iam/store";
import { TooLarge } from "@portcullis/iam/store-error";
import { beforeEach, describe, expect, it } from "vitest";
import { ownSize } from "../../packages/authorizer/src/policies/own-policies.ts";
import { allow, deny, document } from "../support/people.ts";
import { ACCOUNT, type Asked, type RecordWorld, recordWorld } from "../support/record-world.ts";

/** How shared documents are read, at and beyond the limits of one read. */
const INVOKE = document(allow("execute-api:Invoke"));
const ALL = document(allow("*"));
const NONE = document(deny("*"));

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

const inline = (text: string) => [{ name: "own", document: text }];
const told = ({ kind, line }: Asked) => [kind, line?.reason, line?.statements ?? []];
const ALLOWED = (...statements: readonly string[]) => ["allowed", "allowed", statements];
const failed = ({ kind, line }: Asked, reason: string): void =>
  expect([kind, line?.outcome, line?.reason]).toEqual(["failed", "error", reason]);

describe("a snapshot", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      world.managed(`p${at}`, document(allow(`svc${at}:*`))),
    );

  it("takes 100 records. What is beyond is read by the next", async () => {
    const attached = [...many(120), world.managed("last", INVOKE)];
    const ana = world.key(world.user("ana", { attached }));
    const answer = await authorizer.ask(ana);
    expect(told(answer)).toEqual(ALLOWED(`${attached[120]}#0`));
    expect(world.read.map(({ by, keys }) => [by, keys.length])).toEqual([
      ["get", 2],
      ["snapshot", 100],
      ["snapshot", 23],
    ]);
  });

  /** Refuses snapshots of more keys, as DynamoDB does by their size. */
  const refusing = (atMost: number, error: unknown): Reader & { readonly sizes: number[] } => {
    const sizes: number[] = [];
    return {
      sizes,
      get: world.reader.get,
      async snapshot(keys) {
        sizes.push(keys.length);
        if (keys.length > atMost) throw error;
        return world.reader.snapshot(keys);
      },
    };
  };
  const tooLarge = new TooLarge("transaction", "the records are larger than 4 MB");

  it("that is too large is halved until it fits", async () => {
    const attached = [...many(4), world.managed("last", INVOKE)];
    const ana = world.key(world.user("ana", { attached }));
    const reader = refusing(3, tooLarge);
    expect(told(await world.authorizer({ reader }).ask(ana))).toEqual(ALLOWED(`${attached[4]}#0`));
    expect(reader.sizes).toEqual([6, 4, 3, 4, 3, 2]);
  });

  it("of one document that is too large fails the decision, and so does any other error", async () => {
    const ana = world.key(world.user("ana", { attached: many(2) }));
    const reader = refusing(1, tooLarge);
    failed(
      await world.authorizer({ reader }).ask(ana),
      "TooLarge: the records are larger than 4 MB",
    );
    expect(reader.sizes).toEqual([3, 2]);
    const broken = refusing(1, new Error("throttled"));
    failed(await world.authorizer({ reader: broken }).ask(ana), "Error: throttled");
    expect(broken.sizes).toEqual([3]);
  });

  it("fails the decision where the account is gone by then", async () => {
    const ana = world.key(world.user("ana", { attached: many(1) }));
    const reader: Reader = {
      get: world.reader.get,
      snapshot: async (keys) => {
        for (let copy = 0; copy < 4; copy++) world.remove(accountKey(ACCOUNT, copy));
        return world.reader.snapshot(keys);
      },
    };
    failed(await world.authorizer({ reader }).ask(ana), `Error: the record of ${ACCOUNT} is gone`);
  });

  it("reads any of the account's copies, as the first read does", async () => {
    const ana = world.key(world.user("ana", { attached: many(1) }));
    // That one of four is left out by 100 random choices happens once in 800,000 million runs.
    for (let time = 0; time < 100; time++) await world.authorizer().ask(ana);
    for (const by of ["get", "snapshot"]) {
      const keys = world.read.flatMap((read) => (read.by === by ? read.keys : []));
      const names = keys.map(({ partition }) => partition);
      const copies = new Set(names.filter((name) => name.startsWith("account/")));
      expect([...copies].sort()).toEqual([0, 1, 2, 3].map((copy) => `account/${copy}`));
    }
  });

  it("holds the account's newest record, even if the read before had an older one", async () => {
    const arn = world.managed("invoke", INVOKE);
    const ana = world.key(world.user("ana", { attached: [arn] }));
    // The policy changes between the two reads.
    const reader: Reader = {
      get: world.reader.get,
      snapshot: async (keys) => {
        world.managed("invoke", NONE);
        world.account();
        return world.reader.snapshot(keys);
      },
    };
    expect((await world.authorizer({ reader }).ask(ana)).kind).toBe("forbidden");
  });
});

describe("the cached policies of a principal", () => {
  it("weigh what no other principal shares", () => {
    const key: Key = { account: ACCOUNT, partition: "user/ana", sort: "record" };
    const principal = world.user("ana", { inline: [...inline(ALL), ...inline(INVOKE)] });
    const owner = { kind: "user", name: "ana" } as const;
    const principalRecord = { type: "User", principal, owner, key, version: 1 } as const;
    const accountRecord = world.stored(accountKey(ACCOUNT));
    const identity = { accessKeyId: "", secret: "", account: ACCOUNT, accountRecord };
    const own = 500 + ALL.length + INVOKE.length;
    expect(ownSize({ ...identity, principalRecord })).toBe(own);
    const claims = {
      kind: "FederatedUser",
      account: ACCOUNT,
      accessKeyId: "",
      secret: "",
      issuedAt: 0,
      expiresAt: 0,
      ownerId: principal.id,
      policies: [NONE],
    } as const;
    expect(ownSize({ ...identity, principalRecord, claims })).toBe(own + NONE.length);
    const root = { type: "Root", owner: { kind: "root" }, key, version: 1 } as const;
    expect(ownSize({ ...identity, principalRecord: root })).toBe(500);
  });
});
