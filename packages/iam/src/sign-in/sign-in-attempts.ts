import { isIPv6 } from "node:net";
import { type SignInAttempts, signInAttemptsKey } from "../record/sign-in-attempts.ts";
import { Conflict, type Store } from "../storage/store.ts";
import { type RecordKey, type UnitOfWork, unitOfWork } from "../storage/unit-of-work.ts";

/** So many failures are free; after them each attempt waits, twice as long as the one before. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_SECONDS = 300;
const FORGOTTEN_AFTER_SECONDS = 3600;

export interface Attempt {
  /** An account's id or alias, as it was given. */
  readonly asked: string;
  /** The account's id; undefined when nobody has the alias. */
  readonly account: string | undefined;
  readonly name: string;
  readonly address: string;
}

/** What became of counting an attempt. */
export type Counted =
  /** Too early for another attempt, by what was given: in so many seconds. */
  | { readonly wait: number }
  | {
      readonly wait: 0;
      /** Too early by the account, which others of its names were guessed by: to be refused as a wrong password is. */
      readonly blocked: boolean;
      /** Calls the attempt off. */
      readonly succeeded: () => Promise<void>;
    };

interface Place {
  readonly store: Store;
  readonly managementAccount: string;
  readonly now: Date;
}

/**
 * Count an attempt as failed before it is judged, so that many at once are as slow as one after the other. Guessing is slowed for one
 * user from one address only: whoever guesses locks nobody else out.
 *
 * It is counted twice: under the account as it was given, whose wait is told, and under the account that it is, so that an alias
 * gives no more guesses. That wait is told nobody, since it would tell which account an alias belongs to; and an
 * alias that nobody has takes the same reads and writes.
 */
export async function countAttempt(place: Place, attempt: Attempt): Promise<Counted> {
  const { told, untold } = keysOf(place, attempt);
  for (;;) {
    const unit = unitOfWork(place.store);
    const [asked, meant] = await unit.getAll([told, untold]);
    const wait = secondsToWait(asked, place.now);
    if (wait > 0) return { wait };
    const blocked = secondsToWait(meant, place.now) > 0;
    put(unit, told, oneMore(asked, place.now));
    // written even where it stays as it is: the time of a write would tell, too
    put(unit, untold, blocked && meant ? meant : oneMore(meant, place.now));
    try {
      await unit.commit();
      return { wait: 0, blocked, succeeded: () => forget(place, attempt) };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

const oneMore = (before: SignInAttempts | undefined, now: Date): SignInAttempts => ({
  failures: (before?.failures ?? 0) + 1,
  failedAt: now.getTime(),
});

function put(unit: UnitOfWork, key: RecordKey<SignInAttempts>, attempts: SignInAttempts): void {
  unit.put(key, attempts, {
    expiresAt: Math.ceil(attempts.failedAt / 1000) + FORGOTTEN_AFTER_SECONDS,
  });
}

async function forget(place: Place, attempt: Attempt): Promise<void> {
  const unit = unitOfWork(place.store);
  for (const key of Object.values(keysOf(place, attempt))) unit.delete(key, { expect: "any" });
  await unit.commit();
}

function keysOf({ managementAccount }: Place, { asked, account, name, address }: Attempt) {
  const from = networkOf(address);
  return {
    told: signInAttemptsKey(managementAccount, `asked ${asked}`, name, from),
    untold: signInAttemptsKey(managementAccount, account ?? `nobody's ${asked}`, name, from),
  };
}

function secondsToWait(attempts: SignInAttempts | undefined, now: Date): number {
  if (attempts === undefined || attempts.failures < FREE_FAILURES) return 0;
  const wait = Math.min(2 ** (attempts.failures - FREE_FAILURES), LONGEST_WAIT_SECONDS);
  return Math.max(0, Math.ceil(wait - (now.getTime() - attempts.failedAt) / 1000));
}

/** Whoever has one IPv6 address has the 2^64 of its network. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail.split(":").filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  const all = address.includes("::") ? [...groups, ...zeros, ...rest] : groups;
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
