import type { OperationContext } from "../../model/operation.ts";
import type { Range } from "../../storage/store.ts";

/** Parts of a transaction are 100 at most. */
const AT_ONCE = 90;

/** Deletes a range of records, in transactions of some each. */
export async function deleteAll(
  { unit }: OperationContext,
  range: Omit<Range, "limit">,
): Promise<void> {
  for (let more = true; more; ) {
    const page = await unit.query<unknown>({ ...range, limit: AT_ONCE });
    for (const { key } of page.records) unit.delete(key, { expect: "any" });
    await unit.commit();
    ({ more } = page);
  }
}
