import { randomUUID } from "node:crypto";
import type { Key, Reader, Store, Write } from "@portcullis/iam/store";
import { StoreUnavailable } from "@portcullis/store";
import { expect } from "vitest";

/** The stores of a contract suite, over one table, with a clock that the test sets. */
export interface Made {
  readonly store: Store;
  /** Another store of the same table, as in another process. */
  readonly other: Store;
  readonly clock: { nowSeconds: number };
}

/** A key of an account that no other test has. */
export function newKey(sort = "record", partition = "thing"): Key {
  return { account: randomUUID().replaceAll("-", ""), partition, sort };
}

/** A write of a record that must be absent. */
export const put = (
  key: Key,
  data: unknown,
  rest: Partial<Write & { kind: "put" }> = {},
): Write => ({ kind: "put", key, data, expect: "absent", ...rest });

/** The record of one key. */
export async function read(reader: Reader, key: Key) {
  return (await reader.get([key]))[0];
}

/** Asserts that a call failed with a `StoreUnavailable`. */
export async function expectUnavailable(
  call: Promise<unknown>,
  reason: StoreUnavailable["reason"],
): Promise<void> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(StoreUnavailable);
  expect(outcome).toMatchObject({ reason });
}
