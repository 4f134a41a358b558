import type { OperationContext } from "../../model/operation.ts";
import { accountCountKey } from "../../record/account.ts";
import { quotaExceeded } from "./analyzer-target.ts";
import type { ZoneOfTrust } from "./zone-of-trust.ts";

/** An analysis of so many takes some twenty calls. */
const PRINCIPALS_AT_MOST = 100_000;

/** @throws {ApiError} `ServiceQuotaExceededException` if an analyzer does not read so many */
export async function refuseLargeZone(
  { account, unit }: OperationContext,
  { accounts }: ZoneOfTrust,
): Promise<void> {
  const keys = accounts.flatMap((one) => [
    accountCountKey(one, "users"),
    accountCountKey(one, "roles"),
  ]);
  const counts = await unit.countersOfAll(keys);
  const principals = counts.reduce((sum, { count = 0 }) => sum + count, 0);
  if (principals <= PRINCIPALS_AT_MOST) return;
  throw quotaExceeded(
    `The zone of trust has ${principals} users and roles. Analyzers read ${PRINCIPALS_AT_MOST} at most.`,
    "Account",
    account,
  );
}
