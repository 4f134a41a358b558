import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The current name and path of a renamed or moved user, by its unique id. Trust policies are shown
 * with it.
 */
export interface RenamedUserRecord {
  readonly name: string;
  readonly path: string;
}

/** The key of a renamed user's current name. */
export const renamedUserKey = (account: string, userId: string): RecordKey<RenamedUserRecord> => ({
  account,
  partition: partitionOf("renamed-user", userId),
  sort: "record",
});
