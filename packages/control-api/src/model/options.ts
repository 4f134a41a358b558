import type { Directory, Log } from "@portcullis/authorizer";
import type { RemoteSigner } from "@portcullis/iam/remote-signer";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Settings } from "@portcullis/iam/settings";
import type { Store } from "@portcullis/iam/store";

/** What a service of the control API needs of its installation. */
export interface ControlApiOptions {
  readonly store: Store;
  readonly settings: Settings;
  readonly directory: Omit<Directory, "reader"> & { readonly keyRing: () => Promise<Sealer> };
  readonly log: Log;
  /** Signs with keys of a key service, where the installation's signing keys are there. */
  readonly remoteSigner?: RemoteSigner | undefined;
}
