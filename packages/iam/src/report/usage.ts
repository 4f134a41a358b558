import { accessKeyKey } from "../record/access-key.ts";
import { type AccessKeyUsage, accessKeyUsageKey } from "../record/access-key-usage.ts";
import {
  actionAccessKey,
  type LastAccessedRecord,
  serviceAccessKey,
} from "../record/last-accessed.ts";
import { type RoleLastUsedRecord, roleLastUsedKey } from "../record/last-used.ts";
import type { Store } from "../storage/store.ts";
import { atomically, type RecordKey, type UnitOfWork } from "../storage/unit-of-work.ts";

/** One use of credentials, as a log line of a decision has it, allowed or denied. */
export interface Use {
  /** ISO 8601. */
  readonly time: string;
  readonly account: string;
  /** The principal's unique id. For a role session `AROA...:session`. */
  readonly userId: string;
  readonly accessKeyId?: string | undefined;
  /** `service:Action` */
  readonly action: string;
  readonly region: string;
}

/** AWS reports the use of the last 400 days (IAM UG/access_policies_last-accessed). */
const TRACKED_SECONDS = 400 * 86_400;

/**
 * A later use within this interval is not written: a write for each call would cost more than the
 * call.
 */
const RESOLUTION_MILLISECONDS = 60_000;

/** Records in one transaction. Small, because concurrent functions often write the same records. */
const BATCH_SIZE = 25;

/** A pending write of a last use. */
interface UsageWrite {
  readonly at: string;
  readonly key: RecordKey<LastAccessedRecord | AccessKeyUsage>;
  readonly data: LastAccessedRecord | AccessKeyUsage;
  /** Written only if this record exists: a deleted entity leaves no usage behind. */
  readonly onlyIf?: RecordKey<unknown>;
  readonly expires: boolean;
}

/**
 * Records when access keys, roles and services were last used. Of several uses the latest counts,
 * in whatever order they arrive, and repeated calls are harmless. It writes nothing else.
 * @returns the number of records written
 */
export async function recordUses(store: Store, uses: readonly Use[]): Promise<number> {
  const latest = new Map<string, UsageWrite>();
  for (const write of uses.flatMap(usageWrites)) {
    const name = `${write.key.account}#${write.key.partition}#${write.key.sort}`;
    const before = latest.get(name);
    if (before === undefined || before.at < write.at) latest.set(name, write);
  }
  const writes = [...latest.values()];
  let written = 0;
  for (let start = 0; start < writes.length; start += BATCH_SIZE) {
    const part = writes.slice(start, start + BATCH_SIZE);
    written += await atomically(store, (unit) => writeBatch(unit, part));
  }
  return written;
}

async function writeBatch(unit: UnitOfWork, writes: readonly UsageWrite[]): Promise<number> {
  const before = await unit.getAll(writes.map(({ key }) => key));
  const newer = writes.filter(({ at }, index) => isNewer(at, before[index]));
  const keys = newer.flatMap((write) => write.onlyIf ?? []);
  // A second read, only if there is something to write.
  if (keys.length > 0) await unit.getAll(keys);
  let written = 0;
  for (const { key, data, at, expires, onlyIf: condition } of newer) {
    if (condition !== undefined && (await unit.get(condition)) === undefined) continue;
    unit.put(
      key,
      data,
      expires ? { expiresAt: Math.floor(Date.parse(at) / 1000) + TRACKED_SECONDS } : {},
    );
    written++;
  }
  return written;
}

function isNewer(at: string, before: LastAccessedRecord | AccessKeyUsage | undefined): boolean {
  if (before === undefined) return true;
  const known = "at" in before ? before.at : before.lastUsedAt;
  return Date.parse(at) - Date.parse(known) >= RESOLUTION_MILLISECONDS;
}

function usageWrites({
  time,
  account,
  userId,
  accessKeyId,
  action,
  region,
}: Use): readonly UsageWrite[] {
  const [service = "", name = ""] = action.split(":");
  const [id = ""] = userId.split(":");
  const at = new Date(time).toISOString();
  const writes: UsageWrite[] = [];
  // Temporary credentials have no record. Their use counts for their user or role.
  if (accessKeyId && !accessKeyId.startsWith("ASIA")) {
    const data: AccessKeyUsage = { lastUsedAt: at, region, serviceName: service };
    const key = accessKeyUsageKey(account, accessKeyId);
    writes.push({ at, key, data, onlyIf: accessKeyKey(accessKeyId, account), expires: false });
  }
  // AWS reports services for users and roles only, not for root users and federated users.
  if (!/^A(ID|RO)A/.test(id)) return writes;
  const data: LastAccessedRecord & RoleLastUsedRecord = { at, region };
  const accessed = [
    serviceAccessKey(account, id, service),
    actionAccessKey(account, id, service, name),
  ];
  const used = id.startsWith("AROA") ? [roleLastUsedKey(account, id)] : [];
  for (const key of [...accessed, ...used]) writes.push({ at, key, data, expires: true });
  return writes;
}
