import { type AuthorizerOptions, type Log, logToStdout } from "@portcullis/authorizer";
import type { DeclaredApi } from "@portcullis/authorizer/declared-api";
import { createInstallation, usageRecorder } from "@portcullis/functions";
import { maintainSigningKeys } from "@portcullis/iam/federation/signing-keys";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS, type Settings } from "@portcullis/iam/settings";
import { claimTable, createKeyRingIfAbsent } from "@portcullis/store";
import { sharedReader } from "@portcullis/store/shared-reader";
import { type ConsoleFiles, consoleSite } from "./console/index.ts";
import { serveControlApi } from "./control-api.ts";
import { IDENTITY_TABLE } from "./database.ts";
import type { LocalError } from "./engine/index.ts";
import { type RootUser, startRootUser } from "./root-user.ts";
import { type LocalSettings, REGION } from "./settings.ts";
import { removeConnection, writeConfig, writeConnection } from "./shared-files.ts";
import type { Shutdown } from "./shutdown.ts";
import { keepsData, type LocalStorage } from "./storage.ts";
import { usageFeed } from "./usage-feed.ts";

export interface LocalOptions {
  /** Where decisions are logged. @default standard output */
  readonly log?: Log;
  /** Called if the embedded engine ends by itself. */
  readonly onDeath?: (error: LocalError) => void;
  readonly memberRate?: Settings["memberRate"];
  /**
   * Builds the web console's files. The signal aborts if the installation stops.
   * @default no console
   */
  readonly console?: (signal: AbortSignal) => Promise<ConsoleFiles>;
}

/** The engine answers one after the other: more calls would only wait there. */
const CALLS_AT_ONCE = 2;

/** The control API of an installation on this machine, without a protected API. */
export interface ControlPlane {
  readonly url: string;
  readonly root: RootUser;
  /** What the authorizer of a protected API needs. */
  readonly authorizer: Pick<AuthorizerOptions, "directory" | "reader" | "log" | "bearer">;
}

/**
 * Prepares the identity table and serves the control API.
 * @param apis the protected APIs
 */
export async function startControlPlane(
  settings: LocalSettings,
  apis: () => readonly DeclaredApi[],
  storage: LocalStorage,
  options: LocalOptions,
  shutdown: Shutdown,
): Promise<ControlPlane> {
  const { accountId: account } = settings;
  const now = new Date();
  const { store, wrapper } = storage;
  await claimTable(store, account);
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const sealer = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds });
  const root = await startRootUser(settings, { store, sealer, now });
  await maintainSigningKeys({ store, sealer, managementAccount: account, now });

  const usage = usageFeed(usageRecorder(() => store));
  shutdown.add(() => usage.close());
  const write = options.log ?? logToStdout();
  const log: Log = (line) => {
    write(line);
    usage.log(line);
  };
  const stopping = new AbortController();
  shutdown.add(() => stopping.abort());
  const site = options.console && consoleSite(options.console(stopping.signal));
  const control = await serveControlApi(settings, site, (issuer) =>
    createInstallation({
      store,
      wrapper,
      log,
      apis,
      settings: {
        managementAccount: account,
        region: REGION,
        issuer,
        quotas: DEFAULT_QUOTAS,
        memberRate: options.memberRate ?? DEFAULT_MEMBER_RATE,
        privateIdentityProviders: true,
      },
    }),
  );
  shutdown.add(() => control.listening.close());
  const { url } = control.listening;
  if (keepsData(settings)) {
    writeConfig(settings.dataDirectory, url);
    writeConnection(settings.dataDirectory, {
      region: REGION,
      managementAccount: account,
      tableName: IDENTITY_TABLE,
      endpoint: storage.endpoint,
      embedded: settings.dynamodbEndpoint === undefined,
      issuer: url,
    });
    shutdown.add(() => removeConnection(settings.dataDirectory));
  }
  return {
    url,
    root,
    authorizer: {
      directory: control.installation.directory,
      reader: sharedReader({ ...storage.connection, tableName: IDENTITY_TABLE }, CALLS_AT_ONCE),
      log,
      bearer: { issuer: url, privateIdentityProviders: true },
    },
  };
}
