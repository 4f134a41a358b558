import { dayOf } from "../day.ts";
import { AUDIT_DAYS, auditExpiry, auditKey, type LoggedEvent } from "../record/audit-event.ts";
import {
  ACCESS_COUNT_DAYS,
  type AccessCountRecord,
  accessCountKey,
  DECISION_DAYS,
  type DecisionRecord,
  type DroppedRecord,
  decisionKey,
  decisionRequestKey,
  droppedKey,
} from "../record/decision.ts";
import type { Store } from "../storage/store.ts";
import { TooLarge } from "../storage/store-error.ts";
import { atomically, type RecordKey } from "../storage/unit-of-work.ts";
import { resourcePatternOf } from "./resource-pattern.ts";
import type { WriteBudget } from "./write-budget.ts";

/** A decision as its log line tells of it. */
export interface LoggedDecision extends DecisionRecord {
  readonly decisionId: string;
  readonly account: string;
  /** Whether an allowed decision is recorded whole. */
  readonly traced?: boolean | undefined;
  readonly resourcePattern?: string | undefined;
}

/** What a batch of log lines says. */
export interface LoggedBatch {
  readonly decisions: readonly LoggedDecision[];
  readonly events: readonly LoggedEvent[];
  /** Lines that were lost before, by account. */
  readonly lost: Readonly<Record<string, number>>;
}

/** Bounded, because a transaction that meets another is made again. */
const WRITES_AT_ONCE = 25;
const RESOURCES_KEPT = 5;

/**
 * Records a batch: denials and traced decisions whole, the others as counts. Each account has a
 * budget of writes; what exceeds it is counted as dropped. The same batch again changes nothing
 * but the counts of use.
 */
export async function recordDecisions(
  store: Store,
  batch: LoggedBatch,
  {
    budget,
    now,
    days = DECISION_DAYS,
  }: { readonly budget: WriteBudget; readonly now: Date; readonly days?: number },
): Promise<void> {
  const dropped = new Map<string, DroppedRecord>();
  const drop = (account: string, what: keyof DroppedRecord, by = 1) => {
    const before = dropped.get(account) ?? NOTHING_DROPPED;
    dropped.set(account, { ...before, [what]: before[what] + by });
  };
  const within = (account: string, what: keyof DroppedRecord): boolean => {
    const isWithin = budget.take(account, what, now.getTime());
    if (!isWithin) drop(account, what);
    return isWithin;
  };

  const puts: Put[] = [];
  for (const decision of batch.decisions)
    if (decision.outcome !== "allowed" || decision.traced)
      if (within(decision.account, "decisions")) puts.push(...decisionPuts(decision, days));
  for (const event of batch.events)
    if (within(event.account, "events")) puts.push(...eventPuts(event));
  for (const [account, lines] of Object.entries(batch.lost)) drop(account, "decisions", lines);

  for (let start = 0; start < puts.length; start += WRITES_AT_ONCE) {
    const tooLarge = await putAll(store, puts.slice(start, start + WRITES_AT_ONCE));
    for (const { key } of tooLarge) drop(key.account, "decisions");
  }
  const counts = countsOf(batch.decisions).filter(({ key }) => within(key.account, "counts"));
  for (let start = 0; start < counts.length; start += WRITES_AT_ONCE)
    await addCounts(store, counts.slice(start, start + WRITES_AT_ONCE));
  for (const [account, counters] of dropped) await addDropped(store, account, counters, now);
}

interface Put {
  readonly key: RecordKey<unknown>;
  readonly data: unknown;
  readonly expiresAt: number;
}

/**
 * Puts what is too large together by halves, so that no record keeps others from being written.
 * @returns those that are too large by themselves
 */
async function putAll(store: Store, puts: readonly Put[]): Promise<readonly Put[]> {
  try {
    await atomically(store, async (unit) => {
      for (const { key, data, expiresAt } of puts)
        unit.put(key, data, { expiresAt, expect: "any" });
    });
    return [];
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    if (puts.length === 1) return puts;
    const half = puts.length >> 1;
    return [
      ...(await putAll(store, puts.slice(0, half))),
      ...(await putAll(store, puts.slice(half))),
    ];
  }
}

const secondsAfter = (time: string, days: number): number =>
  Math.floor(Date.parse(time) / 1000) + days * 86_400;

function decisionPuts(decision: LoggedDecision, days: number): readonly Put[] {
  const { decisionId, account, traced: _, resourcePattern: __, ...rest } = decision;
  const key = decisionKey(account, decisionId);
  if (key === undefined) return [];
  const expiresAt = secondsAfter(decision.time, days);
  const whole: Put = { key, data: rest satisfies DecisionRecord, expiresAt };
  const { requestId } = decision;
  if (requestId === undefined || requestId === decisionId || requestId.length > 128) return [whole];
  return [whole, { key: decisionRequestKey(account, requestId), data: { decisionId }, expiresAt }];
}

function eventPuts({ account, id, z }: LoggedEvent): readonly Put[] {
  const key = auditKey(account, id);
  return key === undefined ? [] : [{ key, data: { z }, expiresAt: auditExpiry(id) }];
}

interface Count {
  readonly key: RecordKey<AccessCountRecord>;
  readonly data: AccessCountRecord;
}

/** One for each principal, action, pattern, route and day. */
function countsOf(decisions: readonly LoggedDecision[]): readonly Count[] {
  const counts = new Map<string, Count>();
  for (const decision of decisions) {
    const { account, principalArn, userId, action, resource, time, route, outcome } = decision;
    if (!principalArn || !userId || !action || !resource) continue;
    const pattern = decision.resourcePattern ?? resourcePatternOf(resource);
    const name = route === undefined ? pattern : `${pattern} ${route}`;
    if (Buffer.byteLength(`${action}${name}`) > 700) continue;
    const [principalId = ""] = userId.split(":");
    const day = dayOf(Date.parse(time));
    const key = accessCountKey(account, { day, principalId, action, name });
    const data: AccessCountRecord = {
      principalArn: principalArn.replace(
        /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.*$/s,
        "arn:aws:iam::$1:role/$2",
      ),
      action,
      pattern,
      ...(route === undefined ? {} : { route }),
      allowed: Number(outcome === "allowed"),
      denied: Number(outcome !== "allowed" && decision.observed !== true),
      observed: Number(decision.observed === true),
      resources: [resource],
      more: false,
      last: time,
    };
    const found = `${account} ${day} ${key.sort}`;
    const before = counts.get(found);
    counts.set(found, before ? { key, data: added(before.data, data) } : { key, data });
  }
  return [...counts.values()];
}

function added(one: AccessCountRecord, other: AccessCountRecord): AccessCountRecord {
  const resources = [...new Set([...one.resources, ...other.resources])];
  return {
    ...one,
    allowed: one.allowed + other.allowed,
    denied: one.denied + other.denied,
    observed: one.observed + other.observed,
    resources: resources.slice(0, RESOURCES_KEPT),
    more: one.more || other.more || resources.length > RESOURCES_KEPT,
    last: [one.last, other.last].sort()[1] ?? one.last,
  };
}

async function addCounts(store: Store, counts: readonly Count[]): Promise<void> {
  await atomically(store, async (unit) => {
    const before = await unit.getAll(counts.map(({ key }) => key));
    for (const [index, { key, data }] of counts.entries()) {
      const known = before[index];
      unit.put(key, known === undefined ? data : added(known, data), {
        expiresAt: secondsAfter(data.last, ACCESS_COUNT_DAYS),
      });
    }
  });
}

const NOTHING_DROPPED: DroppedRecord = { decisions: 0, events: 0, counts: 0 };

async function addDropped(
  store: Store,
  account: string,
  { decisions, events, counts }: DroppedRecord,
  now: Date,
): Promise<void> {
  const key = droppedKey(account, dayOf(now.getTime()));
  await atomically(store, async (unit) => {
    const before = (await unit.get(key)) ?? NOTHING_DROPPED;
    const sum = {
      decisions: before.decisions + decisions,
      events: before.events + events,
      counts: before.counts + counts,
    };
    unit.put(key, sum, { expiresAt: secondsAfter(now.toISOString(), AUDIT_DAYS) });
  });
}
