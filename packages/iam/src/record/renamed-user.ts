import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The present name and path of a user that was renamed or moved, by its unique id: what trust policies keep of it. */
export interface RenamedUserRecord {
  readonly name: string;
  readonly path: string;
}

export const renamedUserKey = (account: string, userId: string): RecordKey<RenamedUserRecord> => ({
  account,
  partition: partitionOf("renamed-user", userId),
  sort: "record",
});
