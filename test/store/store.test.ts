import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamoStore, guardedCalls, slimStoreCalls, storeOver } from "@portcullis/store";
import { dynamoReader } from "@portcullis/store/reader";
import { slimReader } from "@portcullis/store/slim-reader";
import { afterAll, beforeAll, describe } from "vitest";
import { CREDENTIALS, type TestTable, testTable } from "../support/engine.ts";
import { readerContract } from "./contract/reader.ts";
import type { Made } from "./contract/records.ts";
import { storeContract } from "./contract.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-store-"));
const ENGINES: Record<string, { dataFile?: string; endpoint?: string }> = {
  "in memory": {},
  "in a file": { dataFile: join(folder, "data.sqlite") },
  ...(process.env.DYNAMODB_ENDPOINT && {
    [process.env.DYNAMODB_ENDPOINT]: { endpoint: process.env.DYNAMODB_ENDPOINT },
  }),
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(ENGINES))("%s", (name, options) => {
  let table: TestTable;
  let made: Made;
  const clock = { nowSeconds: 0 };
  const nowSeconds = () => clock.nowSeconds;

  beforeAll(async () => {
    table = await testTable(options);
    const { tableName } = table;
    made = {
      store: dynamoStore({ client: table.client(), tableName, nowSeconds }),
      other: dynamoStore({ client: table.client(), tableName, nowSeconds }),
      clock,
    };
  });
  afterAll(() => table.stop());

  storeContract(`store ${name}`, () => made);
  // Where the engine keeps its data makes no difference to how calls are sent.
  if (options.dataFile === undefined) {
    storeContract(`store ${name} without the SDK`, () => {
      const { endpoint, tableName } = table;
      const open = () => {
        const credentials = () => CREDENTIALS;
        const calls = slimStoreCalls({ endpoint, region: "us-east-1", credentials });
        return storeOver(guardedCalls(calls), { tableName, nowSeconds });
      };
      return { store: open(), other: open(), clock };
    });
  }
  readerContract(`SDK reader ${name}`, () => {
    const reader = dynamoReader({ client: table.client(), tableName: table.tableName, nowSeconds });
    return { store: made.store, reader, clock };
  });
  readerContract(`slim reader ${name}`, () => {
    const { endpoint, tableName } = table;
    const reader = slimReader({
      endpoint,
      region: "us-east-1",
      tableName,
      credentials: () => CREDENTIALS,
      nowSeconds,
    });
    return { store: made.store, reader, clock };
  });
});
