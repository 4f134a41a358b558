import { setTimeout as sleep } from "node:timers/promises";
import { KMSClient } from "@aws-sdk/client-kms";
import { bootstrap, type RootAccessKey } from "@portcullis/iam/bootstrap";
import { maintainSigningKeys, type RemoteKey } from "@portcullis/iam/federation/signing-keys";
import type { TokenAlgorithm } from "@portcullis/iam/record/signing-keys";
import { applyDeployedRootPassword } from "@portcullis/iam/root-password";
import type { Store } from "@portcullis/iam/store";
import { claimTable, createKeyRingIfAbsent, kmsKeyWrapper, rotateKeyRing } from "@portcullis/store";
import type { KeyWrapper } from "@portcullis/store/key-wrapper";
import { deployedStore } from "./installation/deployed-store.ts";
import { managementAccount, required } from "./installation/environment.ts";
import { kmsKey } from "./installation/kms-signer.ts";

/** What a deployment, or an operator, passes to the function. */
export interface SetupEvent {
  /** An access key of the root user, added to those that exist. */
  readonly rootKey?: RootAccessKey;
  /** The e-mail address that the root user signs in with. It is set once. */
  readonly rootEmail: string;
  /**
   * The root user's password. It is set when it differs from the one that the deployment passed
   * last.
   */
  readonly rootPassword?: string;
  /** KMS keys that sign tokens. Absent: keys are made here and kept sealed. */
  readonly signingKeys?: Readonly<Partial<Record<TokenAlgorithm, string>>>;
  /** Seal under a new data key from now on. */
  readonly rotateDataKey?: boolean;
}

export interface SetupOptions {
  readonly store: Store;
  readonly wrapper: KeyWrapper;
  readonly account: string;
  readonly remoteKey?: (keyId: string) => Promise<RemoteKey>;
  /** How long to retry. The permissions of a new role take some seconds to apply everywhere. */
  readonly patienceMilliseconds: number;
}

const PAUSE_MILLISECONDS = 2_000;

/**
 * Creates what an installation needs before its first request: the key ring, the management
 * account, and its root user with the given key and password. It can be run again without harm.
 * @throws {RangeError} when the table is another management account's, or the given key id belongs
 * to another account or to a user
 */
export async function setUp(event: SetupEvent, options: SetupOptions): Promise<void> {
  const { store, wrapper, account } = options;
  const now = new Date();
  const keeping = { store, wrapper, account, nowSeconds: Math.floor(now.getTime() / 1000) };
  const sealer = await patiently(options.patienceMilliseconds, async () => {
    await claimTable(store, account);
    return createKeyRingIfAbsent(keeping);
  });
  await bootstrap(
    { store, sealer, account, now },
    { key: event.rootKey, makeKey: false, email: event.rootEmail },
  );
  if (event.rootPassword !== undefined)
    await applyDeployedRootPassword({ store, account, now }, event.rootPassword);
  await maintainSigningKeys({
    store,
    sealer,
    managementAccount: account,
    now,
    remote: await remoteKeys(event, options),
  });
  if (event.rotateDataKey === true) await rotateKeyRing(keeping);
}

async function remoteKeys({ signingKeys = {} }: SetupEvent, { remoteKey }: SetupOptions) {
  const { ES384, RS256 } = signingKeys;
  return {
    ...(ES384 && remoteKey ? { ES384: await remoteKey(ES384) } : {}),
    ...(RS256 && remoteKey ? { RS256: await remoteKey(RS256) } : {}),
  };
}

/** For the deployment alone: no API reaches this function. */
export async function handler(event: SetupEvent): Promise<void> {
  const store = deployedStore();
  const kms = new KMSClient({});
  const wrapper = kmsKeyWrapper(
    kms,
    required("PORTCULLIS_KMS_KEY"),
    required("PORTCULLIS_INSTALLATION"),
  );
  await setUp(event, {
    store,
    wrapper,
    account: managementAccount(),
    remoteKey: (keyId) => kmsKey(kms, keyId),
    patienceMilliseconds: 40_000,
  });
}

async function patiently<T>(milliseconds: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      // Waiting does not change it.
      if (error instanceof RangeError) throw error;
      if (performance.now() + PAUSE_MILLISECONDS > deadline) throw error;
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}
