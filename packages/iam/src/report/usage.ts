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

/** One use of credentials, as a decision's log line tells it, whether allowed or denied. */
export interface Use {
  /** ISO 8601. */
  readonly time: string;
  readonly account: string;
  /** The principal's unique id; of a role session `AROA...:session`. */
  readonly userId: string;
  readonly accessKeyId?: string | undefined;
  /** `service:Action` */
  readonly action: string;
  readonly region: string;
}

/** AWS reports the use of the last 400 days (IAM UG/access_policies_last-accessed). */
const TRACKED_SECONDS = 400 * 86_400;

/** What was noted less than this before is left as it is: a write for each call would cost more than the call. */
const RESOLUTION_MILLISECONDS = 60_000;

/** Records read and written together: few, since functions that run at once often meet on the same. */
const NOTES_AT_ONCE = 25;

/** A record that says when something was used last. */
interface Note {
  readonly at: string;
  readonly key: RecordKey<LastAccessedRecord | AccessKeyUsage>;
  readonly data: LastAccessedRecord | AccessKeyUsage;
  /** Only while this is there: what was deleted leaves nothing to be found later. */
  readonly while?: RecordKey<unknown>;
  readonly expires: boolean;
}

/**
 * Writes down when access keys, roles and services were used last: of several uses the latest, whatever order they come in, and
 * again without harm. It writes nothing else.
 * @returns how many records it wrote
 */
export async function recordUses(store: Store, uses: readonly Use[]): Promise<number> {
  const latest = new Map<string, Note>();
  for (const note of uses.flatMap(notesOf)) {
    const name = `${note.key.account}#${note.key.partition}#${note.key.sort}`;
    const before = latest.get(name);
    if (before === undefined || before.at < note.at) latest.set(name, note);
  }
  const notes = [...latest.values()];
  let written = 0;
  for (let start = 0; start < notes.length; start += NOTES_AT_ONCE) {
    const part = notes.slice(start, start + NOTES_AT_ONCE);
    written += await atomically(store, (unit) => write(unit, part));
  }
  return written;
}

async function write(unit: UnitOfWork, notes: readonly Note[]): Promise<number> {
  const before = await unit.getAll(notes.map(({ key }) => key));
  const news = notes.filter(({ at }, index) => isNews(at, before[index]));
  const keys = news.flatMap((note) => note.while ?? []);
  // One read more, and only when there is something to write.
  if (keys.length > 0) await unit.getAll(keys);
  let written = 0;
  for (const { key, data, at, expires, while: other } of news) {
    if (other !== undefined && (await unit.get(other)) === undefined) continue;
    unit.put(
      key,
      data,
      expires ? { expiresAt: Math.floor(Date.parse(at) / 1000) + TRACKED_SECONDS } : {},
    );
    written++;
  }
  return written;
}

function isNews(at: string, before: LastAccessedRecord | AccessKeyUsage | undefined): boolean {
  if (before === undefined) return true;
  const known = "at" in before ? before.at : before.lastUsedAt;
  return Date.parse(at) - Date.parse(known) >= RESOLUTION_MILLISECONDS;
}

function notesOf({ time, account, userId, accessKeyId, action, region }: Use): readonly Note[] {
  const [service = "", name = ""] = action.split(":");
  const [id = ""] = userId.split(":");
  const at = new Date(time).toISOString();
  const notes: Note[] = [];
  // Temporary credentials have no record: what is used of them is their user or role.
  if (accessKeyId && !accessKeyId.startsWith("ASIA")) {
    const data: AccessKeyUsage = { lastUsedAt: at, region, serviceName: service };
    const key = accessKeyUsageKey(account, accessKeyId);
    notes.push({ at, key, data, while: accessKeyKey(accessKeyId, account), expires: false });
  }
  // Services are reported of users and roles: of root users, and of sessions with a policy of their own, AWS says nothing.
  if (!/^A(ID|RO)A/.test(id)) return notes;
  const data: LastAccessedRecord & RoleLastUsedRecord = { at, region };
  const accessed = [
    serviceAccessKey(account, id, service),
    actionAccessKey(account, id, service, name),
  ];
  const used = id.startsWith("AROA") ? [roleLastUsedKey(account, id)] : [];
  for (const key of [...accessed, ...used]) notes.push({ at, key, data, expires: true });
  return notes;
}
