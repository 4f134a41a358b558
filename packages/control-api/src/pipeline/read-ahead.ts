import { type Key, keyId, recordsOf, type Store, type Stored } from "@portcullis/iam/store";

/**
 * A store for one request whose first read also fetches `keys`, so that what an operation is
 * certain to read costs no round trip of its own. Each is answered from there once. A second read
 * of a key is a read of the store.
 */
export function readAhead(store: Store, keys: readonly Key[]): Store {
  const ahead = new Map<string, Stored | undefined>();
  let isFirst = true;
  return {
    ...store,
    async get(wanted) {
      if (isFirst) {
        isFirst = false;
        const found = await store.get([...wanted, ...keys]);
        keys.forEach((key, index) => {
          ahead.set(keyId(key), found[wanted.length + index]);
        });
        return recordsOf(wanted, found.slice(0, wanted.length));
      }
      if (!wanted.every((key) => ahead.has(keyId(key)))) return store.get(wanted);
      const records = wanted.map((key) => {
        const found = ahead.get(keyId(key));
        ahead.delete(keyId(key));
        return found;
      });
      return recordsOf(wanted, records);
    },
  };
}
