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

/** An installation as its operator reaches it, whatever runs in front of its table. */
export interface AccountPlace {
  readonly managementAccount: string;
  readonly store: Store;
  readonly table: ItemTable;
  readonly sealer: Sealer;
  /** After this long, no request that was let in before is still under way. */
  readonly settleMilliseconds: number;
  close(): Promise<void>;
}

/** A deployed table is scanned slowly enough for those who are served from it meanwhile. */
const PAGES_PER_SECOND = 4;
/** No function that serves the control API runs for longer (stacks/control-api.ts). */
const SETTLE_MILLISECONDS = 30_000;

/** The installation in a data directory, which nobody else may be using. @throws {LocalError} */
export async function openLocal(settings: LocalSettings): Promise<AccountPlace> {
  const { dataDirectory, dynamodbEndpoint, accountId } = settings;
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
    const client = dynamodbClient(dynamodbEndpoint ?? engine?.endpoint ?? "", engine !== undefined);
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

export interface DeployedPlace {
  readonly tableName: string;
  readonly keyArn: string;
  /** What the data keys are bound to: `<app>-<stage>`. */
  readonly installation: string;
  readonly managementAccount: string;
}

/** A deployed installation, by the AWS credentials of the environment. */
export async function openDeployed(named: DeployedPlace): Promise<AccountPlace> {
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
