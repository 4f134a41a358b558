import { isIPv6 } from "node:net";
import { type SignInAttempts, signInAttemptsKey } from "./record/sign-in-attempts.ts";
import { Conflict, type Store } from "./store.ts";
import { unitOfWork } from "./unit-of-work.ts";

/** So many failures are free; after them each attempt waits, twice as long as the one before. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_SECONDS = 300;
const FORGOTTEN_AFTER_SECONDS = 3600;

export interface Attempt {
  readonly account: string;
  readonly name: string;
  readonly address: string;
}

interface Place {
  readonly store: Store;
  readonly managementAccount: string;
  readonly now: Date;
}

/**
 * Count an attempt as failed before it is judged, so that many at once are as slow as one after the other. Guessing is slowed for one
 * user from one address only: whoever guesses locks nobody else out.
 * @returns how long to wait, in seconds, when it is too early for another attempt; else what calls it off once it has succeeded
 */
export async function countAttempt(
  place: Place,
  attempt: Attempt,
): Promise<{ readonly wait: number } | { readonly wait: 0; readonly succeeded: () => Promise<void> }> {
  const key = keyOf(place, attempt);
  for (;;) {
    const unit = unitOfWork(place.store);
    const before = await unit.get(key);
    const wait = secondsToWait(before, place.now);
    if (wait > 0) return { wait };
    const now = place.now.getTime();
    const counted: SignInAttempts = { failures: (before?.failures ?? 0) + 1, failedAt: now };
    unit.put(key, counted, { expiresAt: Math.ceil(now / 1000) + FORGOTTEN_AFTER_SECONDS });
    try {
      await unit.commit();
      return { wait: 0, succeeded: () => forget(place, attempt) };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

async function forget(place: Place, attempt: Attempt): Promise<void> {
  const unit = unitOfWork(place.store);
  unit.delete(keyOf(place, attempt), { expect: "any" });
  await unit.commit();
}

const keyOf = ({ managementAccount }: Place, { account, name, address }: Attempt) =>
  signInAttemptsKey(managementAccount, account, name, networkOf(address));

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
