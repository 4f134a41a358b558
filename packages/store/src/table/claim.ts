import { Conflict, type Key, type Store } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";

/** Whose table it is: one record for the whole table, at a key that does not depend on who asks. */
interface ClaimRecord {
  readonly managementAccount: string;
}

/** No account has this id. */
const NO_ACCOUNT = "000000000000";

/** The stacks read it, too, before they touch anything (`stacks/standing-installation.ts`). */
export const CLAIM_KEY: Key = { account: NO_ACCOUNT, partition: "installation", sort: "record" };

/**
 * Makes the table this management account's, unless it is already. INVARIANT: a table holds one installation, so whoever is about
 * to make one claims the table first; of several at once one gets it, and nobody else writes anything.
 * @throws {RangeError} when the table is another management account's
 */
export async function claimTable(store: Store, managementAccount: string): Promise<void> {
  for (;;) {
    const owner = await claimant(store);
    if (owner === managementAccount) return;
    if (owner !== undefined) {
      throw new RangeError(
        `the table holds the installation of the management account ${owner}, and can't hold a second one, of ${managementAccount}`,
      );
    }
    try {
      const data: ClaimRecord = { managementAccount };
      await store.transact([{ kind: "put", key: CLAIM_KEY, data, expect: "absent" }]);
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

async function claimant(store: Store): Promise<string | undefined> {
  const [stored] = await store.get([CLAIM_KEY]);
  if (stored === undefined) return undefined;
  const { data } = stored;
  if (typeof data === "object" && data !== null && "managementAccount" in data) {
    const { managementAccount } = data;
    if (typeof managementAccount === "string") return managementAccount;
  }
  throw new StoreUnavailable("malformed", "the record that says whose table it is is damaged");
}
