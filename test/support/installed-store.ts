import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Store } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { CREDENTIALS } from "./engine.ts";
import type { TestInstallation } from "./harness.ts";

/** The store behind an installation, for records that only its functions write. */
export interface InstalledStore {
  readonly store: Store;
  close(): void;
}

export function installedStore({ local }: TestInstallation): InstalledStore {
  const client = new DynamoDBClient({
    endpoint: local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: CREDENTIALS,
  });
  return {
    store: dynamoStore({ client, tableName: "portcullis" }),
    close: () => client.destroy(),
  };
}
