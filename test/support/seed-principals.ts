import { makeAccessKeyId, makeUniqueId } from "@portcullis/iam/access-key-id";
import { accountCountKey } from "@portcullis/iam/record/account";
import { groupKey } from "@portcullis/iam/record/group";
import { listEntryKey, nameEntryKey } from "@portcullis/iam/record/list-entry";
import { roleKey } from "@portcullis/iam/record/role";
import { userKey } from "@portcullis/iam/record/user";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Store, Write } from "@portcullis/iam/store";
import { accessKeyKey, accessKeySeal } from "../../packages/iam/src/record/access-key.ts";
import { accessKeyUsageKey } from "../../packages/iam/src/record/access-key-usage.ts";
import { serviceAccessKey } from "../../packages/iam/src/record/last-accessed.ts";
import { roleLastUsedKey } from "../../packages/iam/src/record/last-used.ts";

export interface SeededPrincipals {
  readonly account: string;
  readonly users: number;
  readonly roles: number;
  /** Recent uses are at this time. */
  readonly now: Date;
  /** Seals the secrets of access keys. Without it they can't be used, nor exported. */
  readonly sealer?: Pick<Sealer, "seal">;
}

const GROUPS = 40;
/** A user has at most seven writes and a role six: within DynamoDB's 100 writes a transaction. */
const AT_ONCE = 14;
const SEEDERS = 4;
const LONG_AGO = "2020-01-01T00:00:00.000Z";
const SECRET = Buffer.from("a-secret-of-a-seeded-user-only");
const MEMBER = { tags: [], attached: [] } as const;

/**
 * Writes users and roles as the control API and the decision log would have left them. Users have an
 * access key and are in one of forty groups whose policy names two services. Each fourth principal
 * is unused, each third uses one of the two services only. Each tenth user has a policy of its own,
 * and each tenth role trusts another account.
 */
export async function seedPrincipals(store: Store, seeded: SeededPrincipals): Promise<void> {
  const { account, users, roles } = seeded;
  const groups = Array.from({ length: GROUPS }, (_, number) => groupOf(account, number));
  await store.transact(groups.map(({ write }) => write));
  const ids = groups.map(({ id }) => id);
  await inTransactions(users, (number) => userWrites(seeded, number, ids[number % GROUPS] ?? ""), {
    account,
    counter: "users",
    store,
  });
  await inTransactions(roles, (number) => roleWrites(seeded, number), {
    account,
    counter: "roles",
    store,
  });
}

async function inTransactions(
  count: number,
  writesOf: (number: number) => readonly Write[],
  { account, counter, store }: { account: string; counter: "users" | "roles"; store: Store },
): Promise<void> {
  let next = 0;
  const seeder = async () => {
    while (next < count) {
      const first = next;
      const by = Math.min(AT_ONCE, count - first);
      next += by;
      const writes = Array.from({ length: by }, (_, at) => writesOf(first + at)).flat();
      const key = accountCountKey(account, counter);
      await store.transact([...writes, { kind: "count", key, counter: "count", by }]);
    }
  };
  await Promise.all(Array.from({ length: SEEDERS }, seeder));
}

function groupOf(account: string, number: number) {
  const id = makeUniqueId("group");
  const name = `team-${number}`;
  const document = policy(
    allow(["orders:Get*", "orders:List*"], "*"),
    allow("orders:*", `arn:aws:orders:*:*:order/team-${number}/*`),
    allow("invoices:Get*", "*"),
  );
  const inline = [{ name: "team", document }];
  const data = { ...MEMBER, account, name, id, path: "/", createdAt: LONG_AGO, inline };
  return { id, write: put(groupKey(account, id), data) };
}

function userWrites(seeded: SeededPrincipals, number: number, group: string): Write[] {
  const { account, now, sealer } = seeded;
  const name = `user-${String(number).padStart(7, "0")}`;
  const path = `/t${number % 10}/`;
  const id = makeUniqueId("user");
  const keyId = newKeyId(account);
  const entry = { name, id, path, createdAt: LONG_AGO };
  const own = policy(allow("orders:DeleteOrder", `arn:aws:orders:*:*:order/user-${number}/*`));
  const inline = number % 10 === 0 ? [{ name: "own", document: own }] : [];
  const principal = { ...MEMBER, type: "User", account, name, id, path, inline, groups: [group] };
  const sealedSecret = sealer?.seal(SECRET, accessKeySeal(account, keyId)) ?? "";
  const key = { id: keyId, status: "Active", createdAt: LONG_AGO, sealedSecret, principal };
  const used = number % 4 === 0 ? LONG_AGO : now.toISOString();
  return [
    put(userKey(account, name), { principal, createdAt: LONG_AGO, accessKeys: [keyId] }),
    put(listEntryKey(account, "users", path, name), entry),
    put(nameEntryKey(account, "users", name), entry),
    put(accessKeyKey(keyId, account), key),
    put(accessKeyUsageKey(account, keyId), {
      lastUsedAt: used,
      region: "-",
      serviceName: "orders",
    }),
    ...serviceUses(account, id, number, used),
  ];
}

/** Ids have 27 random bits: among tens of thousands two are equal. */
const keyIds = new Set<string>();
function newKeyId(account: string): string {
  const id = makeAccessKeyId("AKIA", account);
  if (keyIds.has(id)) return newKeyId(account);
  keyIds.add(id);
  return id;
}

function roleWrites({ account, now }: SeededPrincipals, number: number): Write[] {
  const name = `role-${String(number).padStart(7, "0")}`;
  const path = `/t${number % 10}/`;
  const id = makeUniqueId("role");
  const AWS = number % 10 === 0 ? "222222222222" : account;
  const trust = policy({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" });
  const own = policy(allow(["orders:*", "invoices:*"], `arn:aws:orders:*:*:order/${number}/*`));
  const role = {
    ...{ ...MEMBER, account, name, id, path, createdAt: LONG_AGO, maxSessionSeconds: 3600 },
    trust: { document: trust, principalIds: [] },
    inline: [{ name: "own", document: own }],
  };
  const at = number % 4 === 0 ? LONG_AGO : now.toISOString();
  return [
    put(roleKey(account, name), role),
    put(listEntryKey(account, "roles", path, name), { name }),
    put(nameEntryKey(account, "roles", name), { name, path }),
    put(roleLastUsedKey(account, id), { at, region: "-" }),
    ...serviceUses(account, id, number, at),
  ];
}

/** Each third principal does not use the second service. */
const serviceUses = (account: string, id: string, number: number, at: string): readonly Write[] =>
  (number % 3 === 0 ? ["orders"] : ["orders", "invoices"])
    .map((service) => put(serviceAccessKey(account, id, service), { at, region: "-" }))
    .slice(0, number % 4 === 0 ? 0 : 2);

const allow = (Action: string | readonly string[], Resource: string) => ({
  Effect: "Allow",
  Action,
  Resource,
});
const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement });

const put = (key: Write["key"], data: unknown): Write => ({
  kind: "put",
  key,
  data,
  expect: "absent",
});
