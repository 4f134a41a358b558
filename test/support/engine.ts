import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startEngine } from "@portcullis/local/engine";
import { createTable, guardTransactions } from "@portcullis/store";

export const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export interface TestTable {
  readonly endpoint: string;
  readonly tableName: string;
  client(): DynamoDBClient;
  stop(): Promise<void>;
}

/** A table of its own on an engine of its own, or on the one that is named. */
export async function testTable(
  options: { readonly dataFile?: string; readonly endpoint?: string } = {},
): Promise<TestTable> {
  const engine = options.endpoint
    ? { endpoint: options.endpoint, stop: async () => {} }
    : await startEngine({ dataFile: options.dataFile ?? ":memory:" });
  const tableName = `portcullis-test-${randomUUID()}`;
  const clients: DynamoDBClient[] = [];
  const client = () => {
    const made = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    guardTransactions(made);
    clients.push(made);
    return made;
  };
  await createTable(client(), tableName);
  return {
    endpoint: engine.endpoint,
    tableName,
    client,
    async stop() {
      for (const made of clients) made.destroy();
      await engine.stop();
    },
  };
}
