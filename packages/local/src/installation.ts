import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { type Log, logToStdout } from "@portcullis/authorizer";
import {
  createInstallation,
  ISSUER_PATHS,
  iamHandler,
  issuerHandler,
  ordersService,
  organizationsHandler,
  signInHandler,
  stsHandler,
  usageHandler,
} from "@portcullis/functions";
import { bootstrap, type RootAccessKey } from "@portcullis/iam/bootstrap";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { keepSigningKeys } from "@portcullis/iam/federation/signing-keys";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS, type Settings } from "@portcullis/iam/settings";
import {
  claimTable,
  createKeyRingIfAbsent,
  createTable,
  dynamoStore,
  fileKeyWrapper,
  memoryKeyWrapper,
  slimStoreReads,
} from "@portcullis/store";
import { environmentCredentials, slimReader } from "@portcullis/store/slim-reader";
import { controlServer } from "./control-server.ts";
import { dynamodbClient, dynamodbCredentials, IDENTITY_TABLE } from "./database.ts";
import { type Engine, LocalError, lockDataDirectory, startEngine } from "./engine/index.ts";
import { createOrderTable } from "./order-table.ts";
import { firstRootPassword } from "./root-password.ts";
import { ORDERS_TABLE, serveSampleApi } from "./sample-api.ts";
import { type Listening, listen } from "./server.ts";
import { type LocalSettings, REGION } from "./settings.ts";
import { sharedFiles, writeConfig, writeCredentials, writtenKeyId } from "./shared-files.ts";
import { usageFeed } from "./usage-feed.ts";

/** A whole installation on this machine. */
export interface LocalInstallation {
  readonly controlUrl: string;
  readonly apiUrl: string;
  /** The same API as a REST API, its stage included: `http://127.0.0.1:<port>/prod`. */
  readonly restUrl: string;
  /** A WebSocket API that judges who connects: `ws://127.0.0.1:<port>/live`. */
  readonly webSocketUrl: string;
  /** The root key, where this start made it or was given it. */
  readonly rootKey: RootAccessKey | undefined;
  /** The root user's password, where this start made it up. */
  readonly rootPassword: string | undefined;
  /** Where the engine listens. */
  readonly dynamodbEndpoint: string;
  stop(): Promise<void>;
}

const IN_MEMORY = ":memory:";

/** @throws {LocalError} for whatever whoever started it can mend */
export async function startLocal(
  settings: LocalSettings,
  options: {
    readonly log?: Log;
    readonly onDeath?: (error: LocalError) => void;
    readonly memberRate?: Settings["memberRate"];
  } = {},
): Promise<LocalInstallation> {
  const { dataDirectory, accountId } = settings;
  const write = options.log ?? logToStdout();
  const kept = dataDirectory !== IN_MEMORY;
  const cleanUp: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    if (kept) {
      makeDirectory(dataDirectory);
      const lock = await lockDataDirectory(dataDirectory);
      cleanUp.push(() => lock.release());
    }
    const engine =
      settings.dynamodbEndpoint === undefined
        ? await startOwnEngine(dataDirectory, kept, options.onDeath)
        : undefined;
    if (engine) cleanUp.push(() => engine.stop());
    const dynamodbEndpoint = settings.dynamodbEndpoint ?? engine?.endpoint ?? "";
    const client = dynamodbClient(dynamodbEndpoint, engine !== undefined);
    cleanUp.push(() => client.destroy());
    await makeTables(client, dynamodbEndpoint);

    const slim = {
      region: process.env.AWS_REGION ?? REGION,
      endpoint: dynamodbEndpoint,
      credentials: dynamodbCredentials(engine !== undefined) ?? environmentCredentials,
    };
    const store = dynamoStore({ client, tableName: IDENTITY_TABLE, reads: slimStoreReads(slim) });
    const wrapper = kept
      ? await fileKeyWrapper(join(dataDirectory, "master-key"))
      : memoryKeyWrapper();
    const now = new Date();
    await claimTable(store, accountId);
    const keyRing = await createKeyRingIfAbsent({
      store,
      wrapper,
      account: accountId,
      nowSeconds: Math.floor(now.getTime() / 1000),
    });
    const makeKey =
      settings.rootKey === undefined &&
      (!kept || writtenKeyId(sharedFiles(dataDirectory)) === undefined);
    const rootPassword = await firstRootPassword(store, accountId, settings.rootPassword);
    const rootKey = await bootstrap(
      { store, sealer: keyRing, account: accountId, now },
      {
        key: settings.rootKey,
        makeKey,
        email: settings.rootEmail,
        passwordHash: rootPassword?.passwordHash,
      },
    );
    await keepSigningKeys({ store, sealer: keyRing, managementAccount: accountId, now });
    if (kept && rootKey !== undefined) writeCredentials(dataDirectory, rootKey);

    const usage = usageFeed(usageHandler(() => store));
    cleanUp.push(() => usage.close());
    const log: Log = (line) => {
      write(line);
      usage.log(line);
    };
    const control = await serveControl(settings, (issuer) =>
      createInstallation({
        store,
        wrapper,
        log,
        settings: {
          managementAccount: accountId,
          region: REGION,
          issuer,
          quotas: DEFAULT_QUOTAS,
          memberRate: options.memberRate ?? DEFAULT_MEMBER_RATE,
          privateIdentityProviders: true,
        },
      }),
    );
    cleanUp.push(() => control.listening.close());
    const { directory } = control.installation;
    offerCannedPolicies(cannedPoliciesOf(ordersService));
    const api = await serveSampleApi(settings, client, {
      directory,
      reader: slimReader({ ...slim, tableName: IDENTITY_TABLE }),
      log,
      bearer: { issuer: control.listening.url, privateIdentityProviders: true },
    });
    cleanUp.push(
      () => api.http.close(),
      () => api.rest.close(),
    );
    if (kept) writeConfig(dataDirectory, control.listening.url);
    return {
      controlUrl: control.listening.url,
      apiUrl: api.http.url,
      restUrl: `${api.rest.url}/prod`,
      webSocketUrl: `${api.rest.url.replace("http:", "ws:")}/live`,
      rootKey,
      rootPassword: rootPassword?.generated,
      dynamodbEndpoint,
      stop,
    };
  } catch (error) {
    await stop();
    if (error instanceof RangeError) throw new LocalError(`${error.message}.`);
    throw error;
  }
}

async function serveControl(
  settings: LocalSettings,
  make: (issuer: string) => ReturnType<typeof createInstallation>,
): Promise<{
  readonly listening: Listening;
  readonly installation: ReturnType<typeof createInstallation>;
}> {
  // The issuer is the URL, which is known for certain only once the port is.
  let serve: ReturnType<typeof controlServer> | undefined;
  const listening = await listen(settings.port, "PORT", (request, response) =>
    serve?.(request, response),
  );
  const installation = make(listening.url);
  serve = controlServer(
    { apiId: "control", account: settings.accountId, region: REGION, stage: "$default" },
    {
      "/iam": iamHandler(() => installation),
      "/sts": stsHandler(() => installation),
      "/organizations": organizationsHandler(() => installation),
      "/signin": signInHandler(() => installation),
      ...Object.fromEntries(ISSUER_PATHS.map((path) => [path, issuerHandler(() => installation)])),
    },
  );
  return { listening, installation };
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new LocalError(
      `The data directory ${directory} can't be made: ${error instanceof Error ? error.message : String(error)}. Set PORTCULLIS_DATA_DIR to another one.`,
    );
  }
}

const startOwnEngine = (
  directory: string,
  kept: boolean,
  onDeath: ((error: LocalError) => void) | undefined,
): Promise<Engine> =>
  startEngine({
    dataFile: kept ? join(directory, "dynamodb.sqlite") : IN_MEMORY,
    ...(onDeath && { onDeath }),
  });

const PATIENCE_MILLISECONDS = 5_000;

async function makeTables(client: DynamoDBClient, endpoint: string): Promise<void> {
  try {
    await awaitAnswer(client);
    await createTable(client, IDENTITY_TABLE);
    await createOrderTable(client, ORDERS_TABLE);
  } catch (error) {
    throw new LocalError(
      `The DynamoDB engine at ${endpoint} can't be used: ${error instanceof Error ? error.message || error.name : String(error)}.`,
    );
  }
}

/** Making a table may take long, but any answer at all comes at once. */
async function awaitAnswer(client: DynamoDBClient): Promise<void> {
  const abortSignal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    await client.send(new DescribeTableCommand({ TableName: IDENTITY_TABLE }), { abortSignal });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    if (!abortSignal.aborted) throw error;
    throw new Error(`it did not answer within ${PATIENCE_MILLISECONDS / 1000} seconds`, {
      cause: error,
    });
  }
}
