import { KMSClient } from "@aws-sdk/client-kms";
import { type Log, logJson } from "@portcullis/authorizer";
import { catalogOf, type DeclaredApi } from "@portcullis/authorizer/declared-api";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import type { RemoteSigner } from "@portcullis/iam/remote-signer";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS, type Settings } from "@portcullis/iam/settings";
import type { Store } from "@portcullis/iam/store";
import { kmsKeyWrapper } from "@portcullis/store";
import type { KeyWrapper } from "@portcullis/store/key-wrapper";
import type { BrowserAccess } from "./browser-settings.ts";
import { deployedStore } from "./deployed-store.ts";
import { createDirectory, type InstallationDirectory } from "./directory.ts";
import { managementAccount, required } from "./environment.ts";
import { kmsSigner } from "./kms-signer.ts";
import { deployedApis } from "./protected-apis.ts";

/** What the control API's functions of one installation share. */
export interface Installation {
  readonly store: Store;
  readonly settings: Settings;
  readonly wrapper: KeyWrapper;
  readonly directory: InstallationDirectory;
  readonly log: Log;
  /** Signs with keys of a key service, where the installation's signing keys are there. */
  readonly remoteSigner?: RemoteSigner | undefined;
  readonly browser: BrowserAccess;
}

/** An installation over a store. It offers canned policies for the actions of its APIs. */
export function createInstallation({
  store,
  settings,
  wrapper,
  log = logJson,
  remoteSigner,
  apis = () => [],
  browser = {},
}: {
  readonly store: Store;
  readonly settings: Settings;
  readonly wrapper: KeyWrapper;
  readonly log?: Log;
  readonly remoteSigner?: RemoteSigner;
  /** The protected APIs of this installation. @default none */
  readonly apis?: () => readonly DeclaredApi[];
  /**
   * By default only the API's own origin may sign in, and no page of another origin reads answers.
   */
  readonly browser?: BrowserAccess;
}): Installation {
  for (const { service } of apis()) if (service) offerCannedPolicies(cannedPoliciesOf(service));
  const directory = createDirectory({
    reader: store,
    unwrapper: wrapper,
    managementAccount: settings.managementAccount,
  });
  return {
    store,
    settings: { ...settings, catalog: () => catalogOf(apis()) },
    wrapper,
    directory,
    log,
    remoteSigner,
    browser,
  };
}

let deployed: Installation | undefined;

/** The installation that a deployed function belongs to, as its environment says. */
export function deployedInstallation(): Installation {
  if (deployed !== undefined) return deployed;
  const apis = deployedApis();
  const region = required("AWS_REGION");
  const kms = new KMSClient({});
  deployed = createInstallation({
    apis: () => apis,
    browser: { consoleOrigin: process.env.PORTCULLIS_CONSOLE_ORIGIN },
    store: deployedStore(),
    settings: {
      managementAccount: managementAccount(),
      region,
      issuer: process.env.PORTCULLIS_ISSUER ?? "",
      quotas: DEFAULT_QUOTAS,
      memberRate: DEFAULT_MEMBER_RATE,
    },
    remoteSigner: kmsSigner(kms),
    wrapper: kmsKeyWrapper(
      kms,
      required("PORTCULLIS_KMS_KEY"),
      required("PORTCULLIS_INSTALLATION"),
    ),
  });
  return deployed;
}
