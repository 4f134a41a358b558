import { rootKey } from "../record/root.ts";
import type { Store } from "../storage/store.ts";
import { atomically } from "../storage/unit-of-work.ts";
import { hashPassword, verifyPassword } from "./password.ts";

interface Place {
  readonly store: Store;
  readonly account: string;
  readonly now: Date;
}

/**
 * Sets the root user's password to the one that the deployment names, if the deployment named
 * another one the last time. A password that was set in any other way outlives later deployments.
 * @throws {RangeError} when the account has no root user
 */
export const keepRootPassword = (place: Place, password: string): Promise<boolean> =>
  setUnlessVerified(place, password, "deployedPasswordHash");

/**
 * Sets the root user's password, unless it is the password already.
 * @returns whether it was changed
 * @throws {RangeError} when the account has no root user
 */
export const setRootPassword = (place: Place, password: string): Promise<boolean> =>
  setUnlessVerified(place, password, "passwordHash");

function setUnlessVerified(
  { store, account, now }: Place,
  password: string,
  against: "deployedPasswordHash" | "passwordHash",
): Promise<boolean> {
  return atomically(store, async (unit) => {
    const root = await unit.get(rootKey(account));
    if (root === undefined) throw new RangeError(`account ${account} has no root user`);
    const { [against]: hash } = root;
    if (hash !== undefined && (await verifyPassword(hash, password))) return false;
    const passwordHash = await hashPassword(password);
    unit.put(rootKey(account), {
      ...root,
      passwordHash,
      deployedPasswordHash: passwordHash,
      passwordChangedAt: now.toISOString(),
    });
    return true;
  });
}
