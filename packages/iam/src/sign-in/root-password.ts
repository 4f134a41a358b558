import { rootKey } from "../record/root.ts";
import type { Store } from "../storage/store.ts";
import { atomically } from "../storage/unit-of-work.ts";
import { hashPassword, verifyPassword } from "./password.ts";

/**
 * Gives the root user the password that the deployment names, when it is another one than the deployment named last. So whoever lost
 * it gets in by naming a new one, and a password that was set in any other way outlives later deployments.
 * @throws {RangeError} when the account has no root user
 */
export async function keepRootPassword(
  { store, account, now }: { readonly store: Store; readonly account: string; readonly now: Date },
  password: string,
): Promise<void> {
  await atomically(store, async (unit) => {
    const root = await unit.get(rootKey(account));
    if (root === undefined) throw new RangeError(`account ${account} has no root user`);
    const { deployedPasswordHash } = root;
    if (
      deployedPasswordHash !== undefined &&
      (await verifyPassword(deployedPasswordHash, password))
    )
      return;
    const passwordHash = await hashPassword(password);
    unit.put(rootKey(account), {
      ...root,
      passwordHash,
      deployedPasswordHash: passwordHash,
      passwordChangedAt: now.toISOString(),
    });
  });
}
