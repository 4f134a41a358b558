import type { RootAccessKey } from "@portcullis/iam/bootstrap";
import { type ControlPlane, type LocalOptions, startControlPlane } from "./control-plane.ts";
import { LocalError } from "./engine/index.ts";
import { declaredApis, type ProtectedApi, serveProtectedApi } from "./protected-api.ts";
import type { LocalSettings } from "./settings.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { type LocalStorage, openStorage, usable } from "./storage.ts";

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
    const storage = await openStorage(settings, shutdown, options.onDeath);
    const integration = await usable(storage.endpoint, () => api.open(storage.client));
    const apis = () => declaredApis(api);
    const control = await startControlPlane(settings, apis, storage, options, shutdown);
    const served = await serveProtectedApi(settings, api, integration, control.authorizer);
    shutdown.add(() => served.http.close());
    shutdown.add(() => served.rest.close());
    return {
      ...localControl(control, storage, shutdown),
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
  orShutDown(async (shutdown) => {
    const storage = await openStorage(settings, shutdown, options.onDeath);
    const control = await startControlPlane(settings, () => [], storage, options, shutdown);
    return localControl(control, storage, shutdown);
  });

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

const localControl = (
  { url, root }: ControlPlane,
  { endpoint }: LocalStorage,
  shutdown: Shutdown,
): LocalControl => ({
  controlUrl: url,
  rootKey: root.key,
  deactivatedRootKeyId: root.deactivatedKeyId,
  rootPassword: root.generatedPassword,
  dynamodbEndpoint: endpoint,
  stop: () => shutdown.run(),
});
