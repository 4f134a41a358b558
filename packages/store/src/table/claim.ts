import { Conflict, type Key, type Store } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";

/** The owner of the table: one record, whose key does not depend on the owner. */
interface ClaimRecord {
  readonly managementAccount: string;
}

/** No account has this id. */
const NO_ACCOUNT = "000000000000";

/** The stacks read it, too, before they touch anything (`stacks/preflight.ts`). */
export const CLAIM_KEY: Key = { account: NO_ACCOUNT, partition: "installation", sort: "record" };

/**
 * Claims the table for a management account, unless it has it already.
 * INVARIANT: a table holds one installation. A process that sets one up claims the table first; of
 * several at once one succeeds, and the others write nothing.
 * @throws {RangeError} if the table is another management account's
 */
export async function claimTable(store: Store, managementAccount: string): Promise<void> {
  for (;;) {
    const owner = await claimedBy(store);
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

async function claimedBy(store: Store): Promise<string | undefined> {
  const [stored] = await store.get([CLAIM_KEY]);
  if (stored === undefined) return undefined;
  const { data } = stored;
  if (typeof data === "object" && data !== null && "managementAccount" in data) {
    const { managementAccount } = data;
    if (typeof managementAccount === "string") return managementAccount;
  }
  throw new StoreUnavailable("malformed", "the record that says whose table it is is damaged");
}
