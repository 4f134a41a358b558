import { rootKey } from "../record/root.ts";
import type { Store } from "../storage/store.ts";
import { atomically } from "../storage/unit-of-work.ts";
import { hashPassword, verifyPassword } from "./password.ts";

interface RootScope {
  readonly store: Store;
  readonly account: string;
  readonly now: Date;
}

/**
 * Sets the root user's password to the deployment's, if the deployment's has changed since it was
 * last applied. A password that was set in another way is not overwritten by later deployments.
 * @returns whether it was changed
 * @throws {RangeError} if the account has no root user
 */
export const applyDeployedRootPassword = (scope: RootScope, password: string): Promise<boolean> =>
  setUnlessVerified(scope, password, "deployedPasswordHash");

/**
 * Sets the root user's password, unless it is already this one.
 * @returns whether it was changed
 * @throws {RangeError} if the account has no root user
 */
export const setRootPassword = (scope: RootScope, password: string): Promise<boolean> =>
  setUnlessVerified(scope, password, "passwordHash");

function setUnlessVerified(
  { store, account, now }: RootScope,
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
