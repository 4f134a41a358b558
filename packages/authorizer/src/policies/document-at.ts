import { type RecordKey, recordsOf, type Stored } from "@portcullis/iam/store";

/**
 * The record at a key.
 * @param documents by partition: shared documents are the only records of theirs that are read
 */
export function documentAt<Data>(
  documents: ReadonlyMap<string, Stored>,
  key: RecordKey<Data>,
): Stored<Data> | undefined {
  const [record] = recordsOf([key] as const, [documents.get(key.partition)]);
  return record;
}
