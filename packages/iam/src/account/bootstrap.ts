import { randomBytes } from "node:crypto";
import { accountOfAccessKeyId, makeAccessKeyId } from "../access-key-id.ts";
import { type AccessKeyRecord, accessKeyKey, accessKeySeal } from "../record/access-key.ts";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "../record/account.ts";
import { type RootRecord, rootKey } from "../record/root.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type { Store } from "../storage/store.ts";
import { atomically, type UnitOfWork } from "../storage/unit-of-work.ts";

export interface RootAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The outcome of `bootstrap` for the root user's access key. */
export interface BootstrapResult {
  /** The key that this call generated or was given. */
  readonly key: RootAccessKey | undefined;
  /** The id of the former key that the generated one replaces. */
  readonly deactivatedKeyId: string | undefined;
}

/**
 * Creates the management account, its root user and a root access key, each unless it exists. A
 * generated key replaces the bootstrap key of the previous call, which is deactivated: the file
 * that contained it is lost, and anyone who finds it could use it.
 * @throws {RangeError} if the given key id belongs to another account or to a user
 */
export async function bootstrap(
  {
    store,
    sealer,
    account,
    now,
  }: {
    readonly store: Store;
    readonly sealer: Sealer;
    readonly account: string;
    readonly now: Date;
  },
  root: {
    readonly key?: RootAccessKey | undefined;
    readonly makeKey: boolean;
    readonly email: string;
    readonly passwordHash?: string | undefined;
  },
): Promise<BootstrapResult> {
  const encodedAccount = root.key && accountOfAccessKeyId(root.key.accessKeyId);
  if (encodedAccount !== undefined && encodedAccount !== account) {
    throw new RangeError(
      `the root access key id \`${root.key?.accessKeyId}\` belongs to account ${encodedAccount}, not to the management account ${account}: choose another`,
    );
  }
  return atomically(store, async (unit) => {
    const record = await ensureRoot(unit, account, now, root);
    const key = root.key ?? (root.makeKey ? newKey(account) : undefined);
    if (key === undefined) return { key, deactivatedKeyId: undefined };
    await putKey(unit, sealer, account, key, now);
    const previousKeyId = root.key === undefined ? record.bootstrapAccessKey : undefined;
    const isDeactivated =
      previousKeyId !== undefined && (await deactivateKey(unit, account, previousKeyId));
    const accessKeys = [...new Set([...record.accessKeys, key.accessKeyId])];
    unit.put(rootKey(account), { ...record, accessKeys, bootstrapAccessKey: key.accessKeyId });
    return { key, deactivatedKeyId: isDeactivated ? previousKeyId : undefined };
  });
}

/** Returns whether the root user still had the key. */
async function deactivateKey(unit: UnitOfWork, account: string, id: string): Promise<boolean> {
  const record = await unit.get(accessKeyKey(id, account));
  if (record === undefined || record.principal.type !== "Root") return false;
  unit.put(accessKeyKey(id, account), { ...record, status: "Inactive" });
  return true;
}

async function ensureRoot(
  unit: UnitOfWork,
  account: string,
  now: Date,
  root: { readonly email: string; readonly passwordHash?: string | undefined },
): Promise<RootRecord> {
  const existing = await unit.get(rootKey(account));
  if (existing !== undefined) return existing;
  const createdAt = now.toISOString();
  const record: AccountRecord = {
    id: account,
    status: "ACTIVE",
    createdAt,
    groups: {},
    listsByName: true,
  };
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++) unit.put(accountKey(account, copy), record);
  const rootRecord: RootRecord = {
    account,
    createdAt,
    email: root.email,
    accessKeys: [],
    ...(root.passwordHash === undefined
      ? {}
      : { passwordHash: root.passwordHash, passwordChangedAt: createdAt }),
  };
  unit.put(rootKey(account), rootRecord);
  return rootRecord;
}

async function putKey(
  unit: UnitOfWork,
  sealer: Sealer,
  account: string,
  key: RootAccessKey,
  now: Date,
): Promise<void> {
  const id = key.accessKeyId;
  const recordKey = accessKeyKey(id, account);
  const existing = await unit.get(recordKey);
  if (existing !== undefined && existing.principal.type !== "Root") {
    throw new RangeError(
      `the access key id \`${id}\` belongs to a user and can't be made the root user's: choose another`,
    );
  }
  const record: AccessKeyRecord = {
    id,
    status: "Active",
    createdAt: existing?.createdAt ?? now.toISOString(),
    sealedSecret: sealer.seal(Buffer.from(key.secretAccessKey), accessKeySeal(account, id)),
    principal: { type: "Root", account },
  };
  unit.put(recordKey, record);
}

const newKey = (account: string): RootAccessKey => ({
  accessKeyId: makeAccessKeyId("AKIA", account),
  secretAccessKey: randomBytes(30).toString("base64"),
});
