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

/**
 * The management account, its root user and a root access key, made where they are missing; whoever comes second finds them made.
 * @returns the key, where this call made it or it was given
 * @throws {RangeError} when the given key id belongs to another account, or to a user
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
): Promise<RootAccessKey | undefined> {
  const encoded = root.key && accountOfAccessKeyId(root.key.accessKeyId);
  if (encoded !== undefined && encoded !== account) {
    throw new RangeError(
      `the root access key id \`${root.key?.accessKeyId}\` belongs to account ${encoded}, not to the management account ${account}: choose another`,
    );
  }
  return atomically(store, async (unit) => {
    const record = await ensureRoot(unit, account, now, root);
    const wanted = root.key ?? (root.makeKey ? newKey(account) : undefined);
    if (wanted === undefined) return undefined;
    await putKey(unit, sealer, account, wanted, now);
    const accessKeys = [...new Set([...record.accessKeys, wanted.accessKeyId])];
    unit.put(rootKey(account), { ...record, accessKeys });
    return wanted;
  });
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
  const record: AccountRecord = { id: account, status: "ACTIVE", createdAt, groups: {} };
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++) unit.put(accountKey(account, copy), record);
  const made: RootRecord = {
    account,
    createdAt,
    email: root.email,
    accessKeys: [],
    ...(root.passwordHash === undefined
      ? {}
      : { passwordHash: root.passwordHash, passwordChangedAt: createdAt }),
  };
  unit.put(rootKey(account), made);
  return made;
}

async function putKey(
  unit: UnitOfWork,
  sealer: Sealer,
  account: string,
  key: RootAccessKey,
  now: Date,
): Promise<void> {
  const id = key.accessKeyId;
  const place = accessKeyKey(id, account);
  const existing = await unit.get(place);
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
  unit.put(place, record);
}

const newKey = (account: string): RootAccessKey => ({
  accessKeyId: makeAccessKeyId("AKIA", account),
  secretAccessKey: randomBytes(30).toString("base64"),
});
