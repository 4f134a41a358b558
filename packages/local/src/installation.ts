import { type Log, logToStdout } from "@portcullis/authorizer";
import { createInstallation, usageHandler } from "@portcullis/functions";
import type { RootAccessKey } from "@portcullis/iam/bootstrap";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { maintainSigningKeys } from "@portcullis/iam/federation/signing-keys";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS, type Settings } from "@portcullis/iam/settings";
import { claimTable, createKeyRingIfAbsent } from "@portcullis/store";
import { slimReader } from "@portcullis/store/slim-reader";
import { type ConsoleFiles, consoleSite } from "./console/index.ts";
import { serveControlApi } from "./control-api.ts";
import { IDENTITY_TABLE } from "./database.ts";
import { LocalError } from "./engine/index.ts";
import { type ProtectedApi, serveProtectedApi } from "./protected-api.ts";
import { startRootUser } from "./root-user.ts";
import { type LocalSettings, REGION } from "./settings.ts";
import { writeConfig } from "./shared-files.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { keepsData, openStorage, usable } from "./storage.ts";
import { usageFeed } from "./usage-feed.ts";

/** A whole installation on this machine. */
export interface LocalInstallation {
  readonly controlUrl: string;
  readonly apiUrl: string;
  /** The same API as a REST API, its stage included: `http://127.0.0.1:<port>/prod`. */
  readonly restUrl: string;
  /** A WebSocket API that authorizes `$connect`: `ws://127.0.0.1:<port>/live`. */
  readonly webSocketUrl: string;
  /** The root key, if this start generated it or was given it. */
  readonly rootKey: RootAccessKey | undefined;
  /**
   * The id of the former root key, if this start replaced it because the credentials file was lost.
   */
  readonly deactivatedRootKeyId: string | undefined;
  /** The root user's password, if this start generated it. */
  readonly rootPassword: string | undefined;
  /** Where the engine listens. */
  readonly dynamodbEndpoint: string;
  stop(): Promise<void>;
}

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

/**
 * Starts an installation that protects one API.
 * @throws {LocalError} for everything that the person who started it can mend
 */
export async function startLocal(
  settings: LocalSettings,
  api: ProtectedApi,
  options: LocalOptions = {},
): Promise<LocalInstallation> {
  const shutdown = createShutdown();
  try {
    return await start(settings, api, options, shutdown);
  } catch (error) {
    await shutdown.run();
    if (error instanceof RangeError) throw new LocalError(`${error.message}.`);
    throw error;
  }
}

async function start(
  settings: LocalSettings,
  api: ProtectedApi,
  options: LocalOptions,
  shutdown: Shutdown,
): Promise<LocalInstallation> {
  const { accountId: account } = settings;
  const now = new Date();
  const storage = await openStorage(settings, shutdown, options.onDeath);
  const { client, endpoint, store, wrapper } = storage;
  const integration = await usable(endpoint, () => api.open(client));

  await claimTable(store, account);
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const sealer = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds });
  const root = await startRootUser(settings, { store, sealer, now });
  await maintainSigningKeys({ store, sealer, managementAccount: account, now });
  offerCannedPolicies(cannedPoliciesOf(api.service));

  const usage = usageFeed(usageHandler(() => store));
  shutdown.add(() => usage.close());
  const write = options.log ?? logToStdout();
  const log: Log = (line) => {
    write(line);
    usage.log(line);
  };
  const stopping = new AbortController();
  shutdown.add(() => stopping.abort());
  const site = options.console && consoleSite(options.console(stopping.signal));
  const control = await serveControlApi(settings, site, api.service, (issuer) =>
    createInstallation({
      store,
      wrapper,
      log,
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
  const served = await serveProtectedApi(settings, api, integration, {
    directory: control.installation.directory,
    reader: slimReader({ ...storage.connection, tableName: IDENTITY_TABLE }),
    log,
    bearer: { issuer: control.listening.url, privateIdentityProviders: true },
  });
  shutdown.add(() => served.http.close());
  shutdown.add(() => served.rest.close());
  if (keepsData(settings)) writeConfig(settings.dataDirectory, control.listening.url);
  return {
    controlUrl: control.listening.url,
    apiUrl: served.http.url,
    restUrl: `${served.rest.url}/prod`,
    webSocketUrl: `${served.rest.url.replace("http:", "ws:")}/live`,
    rootKey: root.key,
    deactivatedRootKeyId: root.deactivatedKeyId,
    rootPassword: root.generatedPassword,
    dynamodbEndpoint: endpoint,
    stop: () => shutdown.run(),
  };
}
