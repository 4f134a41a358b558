import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Key, Write } from "@portcullis/iam/store";
import { recordOf } from "../../packages/store/src/item/item.ts";
import type { TestInstallation } from "./harness.ts";
import { storeOf } from "./seed-users.ts";
import type { Tenant } from "./tenant.ts";

/** An account is some sixteen items, and a transaction has at most a hundred. */
const ACCOUNTS_A_TRANSACTION = 6;
const SEEDERS = 4;
const FIRST_ID = 200_000_000_000;

/**
 * Writes accounts as CreateAccount left one: copies of all records that name it, with other ids,
 * names and addresses. It must have no users yet.
 */
export async function seedAccounts(
  { local }: TestInstallation,
  { id, email }: Tenant,
  count: number,
): Promise<void> {
  const name = email.replace(/@.*/, "");
  const model = await recordsNaming(local.dynamodbEndpoint, [id, email]);
  const copyOf = (text: string, number: number): string =>
    text
      .replaceAll(id, String(FIRST_ID + number))
      .replaceAll(email, `seeded-${number}@example.com`)
      .replaceAll(`"name":"${name}"`, `"name":"seeded-${number}"`)
      .replaceAll(/car-[a-z0-9]{32}/g, `car-${String(number).padStart(32, "0")}`);
  const { store, close } = storeOf(local.dynamodbEndpoint);
  let next = 0;
  const seeder = async () => {
    while (next < count) {
      const first = next;
      next += ACCOUNTS_A_TRANSACTION;
      const writes = Array.from({ length: ACCOUNTS_A_TRANSACTION }, (_, at) =>
        model.map((text): Write => {
          const { key, data } = JSON.parse(copyOf(text, first + at));
          return { kind: "put", key, data, expect: "absent" };
        }),
      );
      await store.transact(writes.flat());
    }
  };
  await Promise.all(Array.from({ length: SEEDERS }, seeder));
  close();
}

/** The records that name any of these, as JSON of their keys and data. */
async function recordsNaming(
  endpoint: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: "portcullis" }));
  client.destroy();
  return Items.flatMap((item) => {
    const [account = "", partition = ""] = (item.pk?.S ?? "").split(/#(.*)/s);
    const key: Key = { account, partition, sort: item.sk?.S ?? "" };
    const record = recordOf(item, key, 0);
    const isAudit = partition.startsWith("audit") || partition.startsWith("last-");
    if (record === undefined || isAudit) return [];
    const text = JSON.stringify({ key, data: record.data });
    return names.some((name) => text.includes(name)) ? [text] : [];
  });
}
