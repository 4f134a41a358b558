import { type Log, logToStdout } from "@portcullis/authorizer";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
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
import { writeConfig, writeConnection } from "./shared-files.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { keepsData, openStorage, usable } from "./storage.ts";
import { usageFeed } from "./usage-feed.ts";

/** An installation on this machine that decides for servers elsewhere on it. */
export interface LocalControl {
  readonly controlUrl: string;
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

/** An installation with a protected API behind its own gateways. */
export interface LocalInstallation extends LocalControl {
  readonly apiUrl: string;
  /** The same API as a REST API, its stage included: `http://127.0.0.1:<port>/prod`. */
  readonly restUrl: string;
  /** A WebSocket API that authorizes `$connect`: `ws://127.0.0.1:<port>/live`. */
  readonly webSocketUrl: string;
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
export const startLocal = (
  settings: LocalSettings,
  api: ProtectedApi,
  options: LocalOptions = {},
): Promise<LocalInstallation> =>
  orShutDown(async (shutdown) => {
    const { control, storage, servedControl, log } = await start(
      settings,
      [api.service],
      options,
      shutdown,
    );
    const integration = await usable(storage.endpoint, () => api.open(storage.client));
    const served = await serveProtectedApi(settings, api, integration, {
      directory: servedControl.installation.directory,
      reader: slimReader({ ...storage.connection, tableName: IDENTITY_TABLE }),
      log,
      bearer: { issuer: control.controlUrl, privateIdentityProviders: true },
    });
    shutdown.add(() => served.http.close());
    shutdown.add(() => served.rest.close());
    return {
      ...control,
      apiUrl: served.http.url,
      restUrl: `${served.rest.url}/prod`,
      webSocketUrl: `${served.rest.url.replace("http:", "ws:")}/live`,
    };
  });

/**
 * Starts an installation without a protected API of its own, for servers on this machine that
 * authorize by themselves.
 * @throws {LocalError} for everything that the person who started it can mend
 */
export const startControl = (
  settings: LocalSettings,
  options: LocalOptions = {},
): Promise<LocalControl> =>
  orShutDown(async (shutdown) => (await start(settings, [], options, shutdown)).control);

async function orShutDown<T>(work: (shutdown: Shutdown) => Promise<T>): Promise<T> {
  const shutdown = createShutdown();
  try {
    return await work(shutdown);
  } catch (error) {
    await shutdown.run();
    if (error instanceof RangeError) throw new LocalError(`${error.message}.`);
    throw error;
  }
}

async function start(
  settings: LocalSettings,
  services: readonly ServiceDefinition[],
  options: LocalOptions,
  shutdown: Shutdown,
) {
  const { accountId: account } = settings;
  const now = new Date();
  const storage = await openStorage(settings, shutdown, options.onDeath);
  const { endpoint, store, wrapper } = storage;

  await claimTable(store, account);
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const sealer = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds });
  const root = await startRootUser(settings, { store, sealer, now });
  await maintainSigningKeys({ store, sealer, managementAccount: account, now });
  for (const service of services) offerCannedPolicies(cannedPoliciesOf(service));

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
  const servedControl = await serveControlApi(settings, site, services, (issuer) =>
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
  shutdown.add(() => servedControl.listening.close());
  const controlUrl = servedControl.listening.url;
  if (keepsData(settings)) {
    writeConfig(settings.dataDirectory, controlUrl);
    writeConnection(settings.dataDirectory, {
      region: REGION,
      managementAccount: account,
      tableName: IDENTITY_TABLE,
      endpoint,
      embedded: settings.dynamodbEndpoint === undefined,
      issuer: controlUrl,
    });
  }
  const control: LocalControl = {
    controlUrl,
    rootKey: root.key,
    deactivatedRootKeyId: root.deactivatedKeyId,
    rootPassword: root.generatedPassword,
    dynamodbEndpoint: endpoint,
    stop: () => shutdown.run(),
  };
  return { control, storage, servedControl, log };
}
