import { isIPv6 } from "node:net";
import { type SignInAttempts, signInAttemptsKey } from "../record/sign-in-attempts.ts";
import { Conflict, type Store } from "../storage/store.ts";
import { type RecordKey, type UnitOfWork, unitOfWork } from "../storage/unit-of-work.ts";

/** The number of failures without a delay. Each later one doubles the delay, up to the limit. */
const FREE_FAILURES = 5;
/** The same of one address over all users: people of one office share an address. */
const FREE_FAILURES_OF_ADDRESS = 50;
const MAX_WAIT_SECONDS = 300;
const EXPIRY_SECONDS = 3600;

/** An attempt to sign in. */
export interface Attempt {
  /** An account's id or alias, as in the request. */
  readonly givenAccount: string;
  /** The account's id. Undefined if no account has the alias. */
  readonly account: string | undefined;
  readonly name: string;
  readonly address: string;
}

/** The result of counting an attempt. */
export type Counted =
  /** Seconds until the next attempt is accepted. Depends only on what the request contains. */
  | { readonly wait: number }
  | {
      readonly wait: 0;
      /**
       * The account itself requires a delay, because of attempts by its other names. The attempt
       * must be refused as a wrong password is.
       */
      readonly blocked: boolean;
      /** Deletes the counts after a success. */
      readonly succeeded: () => Promise<void>;
    };

interface AttemptScope {
  readonly store: Store;
  readonly managementAccount: string;
  readonly now: Date;
}

/**
 * Counts an attempt as failed before its password is verified, so that concurrent attempts gain
 * nothing. Only one user from one address is delayed, and an address that fails for many users:
 * guessing does not lock out users at other addresses.
 *
 * The attempt is counted twice: by the account name in the request, whose delay the answer
 * contains, and by the account's id, so that an alias permits no additional guesses. The answer
 * does not contain the second delay, because it would reveal which account has the alias. An unused
 * alias takes the same reads and writes.
 */
export async function countAttempt(scope: AttemptScope, attempt: Attempt): Promise<Counted> {
  const { nameKey, idKey } = keysOf(scope, attempt);
  const addressKey = addressKeyOf(scope, attempt);
  for (;;) {
    const unit = unitOfWork(scope.store);
    const [byName, byId, byAddress] = await unit.getAll([nameKey, idKey, addressKey]);
    const wait = Math.max(
      secondsToWait(byName, scope.now),
      secondsToWait(byAddress, scope.now, FREE_FAILURES_OF_ADDRESS),
    );
    if (wait > 0) return { wait };
    const blocked = secondsToWait(byId, scope.now) > 0;
    put(unit, nameKey, oneMore(byName, scope.now));
    // Written even if unchanged: the duration of the write would reveal it.
    put(unit, idKey, blocked && byId ? byId : oneMore(byId, scope.now));
    put(unit, addressKey, oneMore(byAddress, scope.now));
    try {
      await unit.commit();
      return { wait: 0, blocked, succeeded: () => deleteCounts(scope, attempt) };
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
    expiresAt: Math.ceil(attempts.failedAt / 1000) + EXPIRY_SECONDS,
  });
}

/**
 * Deletes the user's counts, and takes back the one attempt from the address's count: a success
 * with a user of one's own must not make more guesses at others free.
 */
async function deleteCounts(scope: AttemptScope, attempt: Attempt): Promise<void> {
  const addressKey = addressKeyOf(scope, attempt);
  for (;;) {
    const unit = unitOfWork(scope.store);
    for (const key of Object.values(keysOf(scope, attempt))) unit.delete(key, { expect: "any" });
    const byAddress = await unit.get(addressKey);
    if (byAddress !== undefined)
      put(unit, addressKey, { ...byAddress, failures: Math.max(0, byAddress.failures - 1) });
    try {
      await unit.commit();
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

const addressKeyOf = ({ managementAccount }: AttemptScope, { address }: Attempt) =>
  signInAttemptsKey(managementAccount, "all accounts", "all users", networkOf(address));

function keysOf(
  { managementAccount }: AttemptScope,
  { givenAccount, account, name, address }: Attempt,
) {
  const from = networkOf(address);
  return {
    nameKey: signInAttemptsKey(managementAccount, `asked ${givenAccount}`, name, from),
    idKey: signInAttemptsKey(managementAccount, account ?? `nobody's ${givenAccount}`, name, from),
  };
}

function secondsToWait(
  attempts: SignInAttempts | undefined,
  now: Date,
  free = FREE_FAILURES,
): number {
  if (attempts === undefined || attempts.failures < free) return 0;
  const wait = Math.min(2 ** (attempts.failures - free), MAX_WAIT_SECONDS);
  return Math.max(0, Math.ceil(wait - (now.getTime() - attempts.failedAt) / 1000));
}

/**
 * The /64 network of an IPv6 address, since one subscriber has all of its addresses. Other
 * addresses are unchanged.
 */
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
