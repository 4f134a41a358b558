import type { Directory } from "@portcullis/authorizer";
import type { Reader } from "@portcullis/iam/store";
import { type KeyRing, keyRingKey, loadKeyRing } from "@portcullis/store/key-ring";
import type { KeyUnwrapper } from "@portcullis/store/key-wrapper";

/**
 * The credential lookup, and the key ring that opens credentials. It is loaded with the first
 * lookup.
 */
export interface InstallationDirectory extends Omit<Directory, "reader"> {
  /** The key ring. Read now if it is not loaded yet. */
  readonly keyRing: () => Promise<KeyRing>;
}

/** A directory that loads the key ring with its first lookup. */
export function createDirectory({
  reader,
  unwrapper,
  managementAccount: account,
}: {
  readonly reader: Reader;
  readonly unwrapper: KeyUnwrapper;
  readonly managementAccount: string;
}): InstallationDirectory {
  let ring: KeyRing | undefined;
  return {
    managementAccount: account,
    pendingKeyRing: () => (ring === undefined ? keyRingKey(account) : undefined),
    async sealer(sealed, stored) {
      ring ??= await loadKeyRing({
        reader,
        wrapper: unwrapper,
        account,
        ...(stored && { stored }),
      });
      // Loads a key that was added since. A key that is unknown even then is refused by the sealer.
      await ring.knows(sealed);
      return ring;
    },
    async keyRing() {
      ring ??= await loadKeyRing({ reader, wrapper: unwrapper, account });
      return ring;
    },
  };
}
