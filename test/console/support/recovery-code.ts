import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openRootRecovery } from "@portcullis/iam/root-recovery";
import { dynamoStore } from "@portcullis/store";
import type { TestInstallation } from "../../support/harness.ts";

/** A recovery code of the management account's root user, as the operator's command makes it. */
export async function openRecoveryCode({ local, account }: TestInstallation): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const store = dynamoStore({ tableName: "portcullis", client });
  const { code } = await openRootRecovery({ store, now: new Date() }, account);
  client.destroy();
  return code;
}
