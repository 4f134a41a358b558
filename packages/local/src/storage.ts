import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { MASTER_KEY_FILE } from "@portcullis/functions/connection";
import type { Store } from "@portcullis/iam/store";
import {
  createTable,
  fileKeyWrapper,
  guardedCalls,
  memoryKeyWrapper,
  slimStoreCalls,
  storeOver,
} from "@portcullis/store";
import type { KeyWrapper } from "@portcullis/store/key-wrapper";
import { environmentCredentials } from "@portcullis/store/slim-reader";
import { dynamodbClient, dynamodbCredentials, IDENTITY_TABLE } from "./database.ts";
import { type Engine, LocalError, lockDataDirectory, startEngine } from "./engine/index.ts";
import { type LocalSettings, REGION } from "./settings.ts";
import type { Shutdown } from "./shutdown.ts";

const IN_MEMORY = ":memory:";
const TIMEOUT_MILLISECONDS = 5_000;

/** The identity table of a local installation, and how to reach its engine. */
export interface LocalStorage {
  /** The engine's URL for other processes. */
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly store: Store;
  readonly wrapper: KeyWrapper;
  /** What a reader that does without the SDK needs. */
  readonly connection: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: typeof environmentCredentials;
  };
}

/** Whether the data directory keeps what it is given. */
export const keepsData = ({ dataDirectory }: LocalSettings): boolean => dataDirectory !== IN_MEMORY;

/**
 * Locks the data directory, starts the embedded engine unless another one is named, and creates the
 * identity table unless it exists.
 * @throws {LocalError} if the directory or the engine can't be used
 */
export async function openStorage(
  settings: LocalSettings,
  shutdown: Shutdown,
  onDeath: ((error: LocalError) => void) | undefined,
): Promise<LocalStorage> {
  const { dataDirectory } = settings;
  const kept = keepsData(settings);
  if (kept) {
    makeDirectory(dataDirectory);
    const lock = await lockDataDirectory(dataDirectory);
    shutdown.add(() => lock.release());
  }
  const embedded = settings.dynamodbEndpoint === undefined;
  const { endpoint, ownEndpoint } =
    settings.dynamodbEndpoint === undefined
      ? await startEmbedded(kept ? join(dataDirectory, "dynamodb.sqlite") : IN_MEMORY)
      : { endpoint: settings.dynamodbEndpoint, ownEndpoint: settings.dynamodbEndpoint };

  async function startEmbedded(dataFile: string): Promise<Engine> {
    const engine = await startEngine({ dataFile, ...(onDeath && { onDeath }) });
    shutdown.add(() => engine.stop());
    return engine;
  }

  const client = dynamodbClient(ownEndpoint, embedded);
  shutdown.add(() => client.destroy());
  await usable(endpoint, async () => {
    await awaitAnswer(client);
    await createTable(client, IDENTITY_TABLE);
  });
  const connection = {
    region: process.env.AWS_REGION ?? REGION,
    endpoint: ownEndpoint,
    credentials: dynamodbCredentials(embedded) ?? environmentCredentials,
  };
  return {
    endpoint,
    client,
    store: storeOver(guardedCalls(slimStoreCalls(connection)), { tableName: IDENTITY_TABLE }),
    wrapper: kept ? await fileKeyWrapper(join(dataDirectory, MASTER_KEY_FILE)) : memoryKeyWrapper(),
    connection,
  };
}

/** Runs what needs the engine. @throws {LocalError} naming the endpoint */
export async function usable<T>(endpoint: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new LocalError(`The DynamoDB engine at ${endpoint} can't be used: ${reason(error)}.`);
  }
}

const isFile = (error: unknown): boolean =>
  ["EEXIST", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new LocalError(
      `The data directory ${directory} can't be made: ${isFile(error) ? "a file is in its place" : reason(error)}. Set PORTCULLIS_DATA_DIR to another one.`,
    );
  }
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

/** Fails early if nothing answers at all: creating a table may take long, any answer must not. */
async function awaitAnswer(client: DynamoDBClient): Promise<void> {
  const abortSignal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  try {
    await client.send(new DescribeTableCommand({ TableName: IDENTITY_TABLE }), { abortSignal });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    if (!abortSignal.aborted) throw error;
    throw new Error(`it did not answer within ${TIMEOUT_MILLISECONDS / 1000} seconds`, {
      cause: error,
    });
  }
}
