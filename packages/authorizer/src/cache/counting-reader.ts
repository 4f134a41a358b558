import type { Reader } from "@portcullis/iam/store";

/** Counts the calls that go through it: a decision's round trips. */
export function countingReader(reader: Reader): Reader & { calls(): number } {
  let calls = 0;
  return {
    get(keys) {
      calls++;
      return reader.get(keys);
    },
    snapshot(keys) {
      calls++;
      return reader.snapshot(keys);
    },
    calls: () => calls,
  };
}
