import { existsSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Store } from "@portcullis/iam/store";
import { dynamoStore, fileKeyWrapper, kmsKeyWrapper, loadKeyRing } from "@portcullis/store";
import type { ItemTable } from "@portcullis/store/account-items";
import type { KeyWrapper } from "@portcullis/store/key-wrapper";
import { dynamodbClient, IDENTITY_TABLE } from "../database.ts";
import { LocalError, lockDataDirectory, startEngine } from "../engine/index.ts";
import type { LocalSettings } from "../settings.ts";

/** An installation as its operator reaches it: its table and key, without its functions. */
export interface OperatedInstallation {
  readonly managementAccount: string;
  readonly store: Store;
  readonly table: ItemTable;
  readonly sealer: Sealer;
  /** After this time no request that was allowed before is still in progress. */
  readonly settleMilliseconds: number;
  close(): Promise<void>;
}

/** Limits a scan, so that a deployed table's other readers are not slowed down. */
const PAGES_PER_SECOND = 4;
/** The longest timeout of the control API's functions (stacks/control-api.ts), rounded up. */
const SETTLE_MILLISECONDS = 30_000;

/** Opens the installation in a data directory. @throws {LocalError} if another process uses it */
export async function openLocal({
  dataDirectory,
  dynamodbEndpoint,
  accountId,
}: Pick<
  LocalSettings,
  "dataDirectory" | "dynamodbEndpoint" | "accountId"
>): Promise<OperatedInstallation> {
  if (!existsSync(join(dataDirectory, "master-key"))) {
    throw new LocalError(
      `There is no installation in the data directory ${dataDirectory}: set PORTCULLIS_DATA_DIR, or start it once with \`npm start\`.`,
    );
  }
  const cleanUp: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const lock = await lockDataDirectory(dataDirectory);
    cleanUp.push(() => lock.release());
    const engine =
      dynamodbEndpoint === undefined
        ? await startEngine({ dataFile: join(dataDirectory, "dynamodb.sqlite") })
        : undefined;
    if (engine) cleanUp.push(() => engine.stop());
    const client = dynamodbClient(
      dynamodbEndpoint ?? engine?.ownEndpoint ?? "",
      engine !== undefined,
    );
    cleanUp.push(() => client.destroy());
    const wrapper = await fileKeyWrapper(join(dataDirectory, "master-key"));
    return {
      ...(await open({ client, tableName: IDENTITY_TABLE }, wrapper, accountId)),
      settleMilliseconds: 0,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface DeployedAddress {
  readonly tableName: string;
  readonly keyArn: string;
  /** The encryption context of the data keys: `<app>-<stage>`. */
  readonly installation: string;
  readonly managementAccount: string;
}

/** Opens a deployed installation with the AWS credentials of the environment. */
export async function openDeployed(named: DeployedAddress): Promise<OperatedInstallation> {
  const client = new DynamoDBClient({});
  const kms = new KMSClient({});
  const close = async () => {
    client.destroy();
    kms.destroy();
  };
  try {
    const wrapper = kmsKeyWrapper(kms, named.keyArn, named.installation);
    const table = { client, tableName: named.tableName, pagesPerSecond: PAGES_PER_SECOND };
    return {
      ...(await open(table, wrapper, named.managementAccount)),
      settleMilliseconds: SETTLE_MILLISECONDS,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(table: ItemTable, wrapper: KeyWrapper, managementAccount: string) {
  const store = dynamoStore(table);
  const sealer = await loadKeyRing({ reader: store, wrapper, account: managementAccount });
  return { managementAccount, store, table, sealer };
}
