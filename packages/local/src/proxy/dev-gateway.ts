import type { RequestListener, ServerResponse } from "node:http";
import { type Authorizer, createAuthorizer, type Log } from "@portcullis/authorizer";
import type { DeclaredApi } from "@portcullis/authorizer/declared-api";
import { createHeaderProtector, requestOfNode } from "@portcullis/authorizer/http";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { authorizerOver } from "@portcullis/functions";
import type { Connection } from "@portcullis/functions/connection";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { type ControlPlane, type LocalOptions, startControlPlane } from "../control-plane.ts";
import { LocalError } from "../engine/index.ts";
import { listen } from "../server.ts";
import { type LocalSettings, REGION } from "../settings.ts";
import { createShutdown, type Shutdown } from "../shutdown.ts";
import { keepsData, openStorage } from "../storage.ts";
import { callerHeaders } from "./caller-headers.ts";
import { callerSigner } from "./caller-token.ts";
import { proxiedUpgrade } from "./proxied-upgrade.ts";
import type { ProxyEvent, ProxyOptions } from "./proxy-options.ts";
import { reverseProxy } from "./reverse-proxy.ts";
import { upstreamAt } from "./upstream.ts";
import { withoutSignature } from "./upstream-headers.ts";

/** Where the gateway finds out who may do what. */
export type DevInstallation =
  | { readonly kind: "own"; readonly settings: LocalSettings }
  | {
      readonly kind: "running";
      readonly connection: Connection;
      /** Keeps the gateway's key. Absent: the key is new with each start. */
      readonly directory: string | undefined;
    };

export interface DevGatewayOptions extends Omit<LocalOptions, "log"> {
  readonly port: number;
  /** The server behind: `http:` or `https:`. */
  readonly upstream: URL;
  readonly service: ServiceDefinition;
  readonly installation: DevInstallation;
  readonly log: Log;
  /** Takes what the log of decisions does not say: faults of the server behind, refused bodies. */
  readonly report: (event: ProxyEvent) => void;
  /** The API's id in audiences of tokens and in the log. @default the service's name */
  readonly apiId?: string | undefined;
  /** @default 1 GiB */
  readonly bodyLimitBytes?: number;
  /** How long the server behind may be silent before its answer begins. @default 30000 */
  readonly silenceMilliseconds?: number;
  /** Whether a request may leave its body unsigned. It is then passed on unchecked. */
  readonly allowUnsignedPayload?: boolean;
}

/** A gateway in front of a server of one's own. */
export interface DevGateway {
  readonly url: string;
  /** The control API and the root user of an installation that was started along. */
  readonly control: Pick<ControlPlane, "url" | "root"> | undefined;
  /** Decides by another definition from the next request on. */
  reload(service: ServiceDefinition): void;
  stop(): Promise<void>;
}

const PREFIX = "/.portcullis";

/** @throws {LocalError} for everything that the person who started it can mend */
export async function startDevGateway(options: DevGatewayOptions): Promise<DevGateway> {
  const shutdown = createShutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    if (error instanceof RangeError) throw new LocalError(`${error.message}.`);
    throw error;
  }
}

async function start(options: DevGatewayOptions, shutdown: Shutdown): Promise<DevGateway> {
  const { installation } = options;
  let { service } = options;
  const apiIdOf = (definition: ServiceDefinition) => options.apiId ?? definition.service;
  const control =
    installation.kind === "own"
      ? await startOwn(
          installation.settings,
          () => [{ apiId: apiIdOf(service), service }],
          options,
          shutdown,
        )
      : undefined;
  const directory =
    installation.kind === "running"
      ? installation.directory
      : keepsData(installation.settings)
        ? installation.settings.dataDirectory
        : undefined;
  const choices = { allowUnsignedPayload: options.allowUnsignedPayload === true };
  const protectorOf = (definition: ServiceDefinition) => {
    offerCannedPolicies(cannedPoliciesOf(definition));
    const authorizer: Authorizer =
      installation.kind === "running"
        ? authorizerOver(installation.connection, definition, { ...choices, log: options.log })
        : createAuthorizer({ ...choices, ...required(control).authorizer, service: definition });
    const region = installation.kind === "running" ? installation.connection.region : REGION;
    return createHeaderProtector({
      service: definition,
      apiId: apiIdOf(definition),
      authorizer: () => ({ authorizer, region }),
    });
  };
  let protect = protectorOf(service);

  const signer = callerSigner(directory);
  const upstream = upstreamAt(options.upstream);
  shutdown.add(() => upstream.close());
  let issuer = "";
  const proxy: ProxyOptions = {
    upstream,
    protect: (request) => protect(requestOfNode(request, request.url ?? "")),
    identify: (allowed) =>
      callerHeaders(allowed, {
        signer,
        issuer,
        apiId: apiIdOf(service),
        now: () => new Date(),
      }),
    target: ({ url = "" }) => withoutSignature(url),
    report: options.report,
    bodyLimitBytes: options.bodyLimitBytes ?? 1024 ** 3,
    silenceMilliseconds: options.silenceMilliseconds ?? 30_000,
  };
  const pass = reverseProxy(proxy);
  const listener: RequestListener = (request, response) =>
    request.url === `${PREFIX}/jwks.json`
      ? sendKeys(response, signer.keys)
      : pass(request, response);
  const listening = await listen(options.port, "--port", listener, {
    upgrade: proxiedUpgrade(proxy),
    healthPath: `${PREFIX}/health`,
    // A large body may come over a slow line.
    requestMilliseconds: 15 * 60_000,
  });
  shutdown.add(() => listening.close());
  issuer = listening.url;
  return {
    url: listening.url,
    control,
    reload(definition) {
      protect = protectorOf(definition);
      service = definition;
    },
    stop: () => shutdown.run(),
  };
}

async function startOwn(
  settings: LocalSettings,
  apis: () => readonly DeclaredApi[],
  options: DevGatewayOptions,
  shutdown: Shutdown,
): Promise<ControlPlane> {
  const storage = await openStorage(settings, shutdown, options.onDeath);
  return startControlPlane(settings, apis, storage, options, shutdown);
}

function required(control: ControlPlane | undefined): ControlPlane {
  if (control === undefined) throw new TypeError("there is no installation");
  return control;
}

function sendKeys(response: ServerResponse, keys: object): void {
  response.setHeader("content-type", "application/jwk-set+json");
  response.setHeader("cache-control", "max-age=60");
  response.end(JSON.stringify(keys));
}
