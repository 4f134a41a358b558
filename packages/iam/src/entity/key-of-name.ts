import type { Key } from "../storage/store.ts";

/** The most characters in the name of a group. Those of users and roles have at most 64. */
const LONGEST = 128;

/**
 * The key of a name in an input that is not validated yet, for `Operation.reads`. None if AWS's
 * constraints refuse the name, since some names make no key.
 */
export const keyOfName = (
  name: string | undefined,
  keyOf: (name: string) => Key,
): readonly Key[] =>
  name !== undefined && name.length <= LONGEST && /^[\w+=,.@-]+$/.test(name) ? [keyOf(name)] : [];
