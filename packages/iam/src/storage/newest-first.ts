import { firstIdOf, timeOfId } from "../time-ordered-id.ts";
import type { Stored } from "./store.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** A list of records over several partitions whose sort keys are time-ordered ids. */
export interface NewestFirst<Data, Item> {
  readonly account: string;
  /** Newest first. */
  readonly partitions: readonly string[];
  /** In milliseconds, both included. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly token: string | undefined;
  readonly badToken: () => Error;
  /** Undefined: the record is not wanted. */
  readonly select: (record: Stored<Data>) => Item | undefined;
}

/** Records that one call looks at. A page may then be short, or empty, and have a token. */
const LOOKED_AT = 2_000;
const AT_A_TIME = 200;

/**
 * One page. The token is the id of the last record that was looked at, and moves only within the
 * account's own list.
 */
export async function newestFirst<Data, Item>(
  unit: UnitOfWork,
  list: NewestFirst<Data, Item>,
): Promise<{ readonly items: readonly Item[]; readonly token?: string }> {
  const { account, partitions, from, to, limit, select } = list;
  const before = startOf(list) ?? firstIdOf(to + 1);
  const items: Item[] = [];
  let left = LOOKED_AT;
  for (const partition of partitions) {
    let after = before;
    for (let more = true; more; ) {
      const count = Math.min(AT_A_TIME, left, Math.max(limit - items.length + 1, 25));
      const page = await unit.query<Data>({
        account,
        partition,
        after,
        reverse: true,
        limit: count,
      });
      for (const record of page.records) {
        if ((timeOfId(record.key.sort) ?? 0) < from) return { items };
        if (items.length === limit) return { items, token: tokenOf(after) };
        after = record.key.sort;
        const item = select(record);
        if (item !== undefined) items.push(item);
      }
      left -= page.records.length;
      ({ more } = page);
      if (left <= 0) return { items, token: tokenOf(after) };
    }
  }
  return { items };
}

function startOf<Data, Item>({ token, badToken }: NewestFirst<Data, Item>): string | undefined {
  if (token === undefined) return undefined;
  const id = Buffer.from(token, "base64url").toString("latin1");
  if (timeOfId(id) === undefined) throw badToken();
  return id;
}

const tokenOf = (id: string): string => Buffer.from(id, "latin1").toString("base64url");
