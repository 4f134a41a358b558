import type { RootAccessKey } from "@portcullis/iam/bootstrap";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { type LocalOptions, startControlPlane } from "./control-plane.ts";
import { LocalError } from "./engine/index.ts";
import { type ProtectedApi, serveProtectedApi } from "./protected-api.ts";
import type { LocalSettings } from "./settings.ts";
import { createShutdown, type Shutdown } from "./shutdown.ts";
import { openStorage, usable } from "./storage.ts";

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
  const storage = await openStorage(settings, shutdown, options.onDeath);
  const integration = await usable(storage.endpoint, () => api.open(storage.client));
  offerCannedPolicies(cannedPoliciesOf(api.service));
  const services = () => [api.service];
  const control = await startControlPlane(settings, services, storage, options, shutdown);
  const served = await serveProtectedApi(settings, api, integration, control.authorizer);
  shutdown.add(() => served.http.close());
  shutdown.add(() => served.rest.close());
  const { root } = control;
  return {
    controlUrl: control.url,
    apiUrl: served.http.url,
    restUrl: `${served.rest.url}/prod`,
    webSocketUrl: `${served.rest.url.replace("http:", "ws:")}/live`,
    rootKey: root.key,
    deactivatedRootKeyId: root.deactivatedKeyId,
    rootPassword: root.generatedPassword,
    dynamodbEndpoint: storage.endpoint,
    stop: () => shutdown.run(),
  };
}
