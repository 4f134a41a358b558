import type { Directory } from "@portcullis/authorizer";
import type { Reader } from "@portcullis/iam/store";
import { type KeyRing, keyRingKey, loadKeyRing } from "@portcullis/store/key-ring";
import type { KeyUnwrapper } from "@portcullis/store/key-wrapper";

/** Where credentials are looked up, and the key ring that opens them, which is loaded with the first look-up. */
export interface InstallationDirectory extends Omit<Directory, "reader"> {
  /** The key ring, read now when it was not yet. */
  readonly keyRing: () => Promise<KeyRing>;
}

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
      // Lets the ring learn of a key added since; what it does not know then is the sealer's to refuse.
      await ring.knows(sealed);
      return ring;
    },
    async keyRing() {
      ring ??= await loadKeyRing({ reader, wrapper: unwrapper, account });
      return ring;
    },
  };
}
