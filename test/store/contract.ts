import { concurrency } from "./contract/concurrency.ts";
import { counters } from "./contract/counters.ts";
import { limits } from "./contract/limits.ts";
import { ranges } from "./contract/ranges.ts";
import { readerContract } from "./contract/reader.ts";
import type { Made } from "./contract/records.ts";
import { conditions } from "./contract/transactions.ts";

/** The contract of a Store. */
export function storeContract(name: string, make: () => Made): void {
  readerContract(name, () => ({ ...make(), reader: make().store }));
  conditions(name, make);
  counters(name, make);
  ranges(name, make);
  limits(name, make);
  concurrency(name, make);
}
