import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthorizerOptions } from "@portcullis/authorizer";
import type { Reader } from "@portcullis/iam/store";
import { type KeyUnwrapper, memoryKeyWrapper } from "@portcullis/store/key-wrapper";
import { sharedReader } from "@portcullis/store/shared-reader";
import { slimKmsUnwrapper } from "@portcullis/store/slim-kms";
import {
  type Connectable,
  type CredentialSource,
  environmentCredentials,
  type SlimReaderOptions,
  slimReader,
} from "@portcullis/store/slim-reader";
import { managementAccount, required } from "./environment.ts";

/** How an authorizer reads the identity table, without the SDK. */
export interface Connection {
  readonly region: string;
  readonly managementAccount: string;
  readonly reader: Reader;
  readonly unwrapper: KeyUnwrapper;
  readonly bearer: AuthorizerOptions["bearer"];
}

/** A connection to a deployed installation. It can reach DynamoDB and KMS ahead of the first call. */
export type DeployedConnection = Connection & Connectable;

/**
 * The installation that the environment names by the variables that the stacks set.
 * @param readerOf makes the reader
 * @throws {Error} naming the variable that is missing
 */
export function deployedConnection(
  credentials: CredentialSource,
  readerOf: (options: SlimReaderOptions) => Reader & Partial<Connectable> = slimReader,
): DeployedConnection {
  const region = required("AWS_REGION");
  // AWS's own variables for other endpoints, as the SDK reads them in the other functions.
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_KMS } = process.env;
  const reader = readerOf({
    region,
    tableName: required("PORTCULLIS_TABLE"),
    credentials,
    endpoint: AWS_ENDPOINT_URL_DYNAMODB,
  });
  const unwrapper = slimKmsUnwrapper({
    region,
    keyArn: required("PORTCULLIS_KMS_KEY"),
    installation: required("PORTCULLIS_INSTALLATION"),
    credentials,
    endpoint: AWS_ENDPOINT_URL_KMS,
  });
  return {
    region,
    managementAccount: managementAccount(),
    reader,
    unwrapper,
    connect() {
      reader.connect?.();
      unwrapper.connect();
    },
    // Without the installation's own issuer, tokens of registered providers are taken all the same.
    bearer: { issuer: process.env.PORTCULLIS_ISSUER ?? "" },
  };
}

/** What a local installation writes into its data directory, for servers on the same machine. */
export interface LocalConnection {
  readonly region: string;
  readonly managementAccount: string;
  readonly tableName: string;
  /** Of the DynamoDB engine. */
  readonly endpoint: string;
  /** Whether it is the embedded engine, which accepts any credentials. */
  readonly embedded: boolean;
  readonly issuer: string;
}

/** The file's name in the data directory. */
export const CONNECTION_FILE = "connection.json";
export const MASTER_KEY_FILE = "master-key";

/**
 * The running local installation that keeps its data in a directory.
 * @throws {Error} if it has never been started
 */
export function localConnection(directory: string): Connection {
  const { region, managementAccount, tableName, endpoint, embedded, issuer } =
    readConnection(directory);
  return {
    region,
    managementAccount,
    reader: sharedReader({
      region,
      tableName,
      endpoint,
      credentials: embedded ? anyCredentials : environmentCredentials,
    }),
    unwrapper: memoryKeyWrapper(readFileSync(join(directory, MASTER_KEY_FILE))),
    bearer: { issuer, privateIdentityProviders: true },
  };
}

/**
 * What the local installation that keeps its data in a directory has written there.
 * @throws {Error} if it has never been started
 */
export function readConnection(directory: string): LocalConnection {
  const file = join(directory, CONNECTION_FILE);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new Error(
        `no installation is running on ${directory}: start it with \`npx portcullis start\``,
      );
    throw error;
  }
}

const anyCredentials = () => ({ accessKeyId: "local", secretAccessKey: "local" });
