import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KMSClient } from "@aws-sdk/client-kms";
import { setUp } from "@portcullis/functions";
import { type AccessKeyRecord, accessKeySeal } from "@portcullis/iam/record/access-key";
import { createTable, dynamoStore, kmsKeyWrapper, StoreUnavailable } from "@portcullis/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runAccountCommand } from "../../../packages/local/src/accounts/command.ts";
import { importAccount } from "../../../packages/local/src/accounts/import.ts";
import { openDeployed } from "../../../packages/local/src/accounts/operated-installation.ts";
import { type Aws, startAws } from "../../stacks/deployed/aws.ts";
import { notNeeded } from "../../stacks/deployed/need.ts";
import { CREDENTIALS, type TestTable, testTable } from "../../support/engine.ts";

const ACCOUNT = "123456789012";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1";
const PASSPHRASE = "correct horse battery staple";
const ROOT = {
  accessKeyId: "ROOTKEYOFTHISSTAGE42",
  secretAccessKey: "the secret of the root user",
};

/** What an operator needs for exports and imports. */
const OPERATOR = [
  {
    Effect: "Allow",
    Action: [
      "dynamodb:Scan",
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:UpdateItem",
    ],
    Resource: ["*"],
  },
  { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [KEY_ARN] },
];

let table: TestTable;
let setup: Aws;
let operator: Aws;
const folder = mkdtempSync(join(tmpdir(), "portcullis-deployed-"));
const file = join(folder, "export");

beforeAll(async () => {
  table = await testTable();
  setup = await startAws(table.endpoint, [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  operator = await startAws(table.endpoint, OPERATOR);
  for (const stage of ["portcullis-one", "portcullis-two"]) {
    const tableName = `${stage}-identity`;
    await createTable(table.client(), tableName);
    const kms = new KMSClient({
      endpoint: setup.url,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    const wrapper = kmsKeyWrapper(kms, KEY_ARN, stage);
    const store = dynamoStore({ client: table.client(), tableName });
    const rootKey = {
      ...ROOT,
      accessKeyId: stage.endsWith("one") ? ROOT.accessKeyId : "ROOTKEYOFTHESILO0043",
    };
    await setUp(
      { rootKey, rootEmail: "root@example.com" },
      { store, wrapper, account: ACCOUNT, patienceMilliseconds: 0 },
    );
  }
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", operator.url);
  vi.stubEnv("AWS_ENDPOINT_URL_KMS", operator.url);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAOPERATOR");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  setup.stop();
  operator.stop();
  await table.stop();
  rmSync(folder, { recursive: true, force: true });
});

const command = (...argv: string[]) =>
  runAccountCommand(argv, { PORTCULLIS_EXPORT_PASSPHRASE: PASSPHRASE }, new Date());
const deployed = (stage: string) => [
  ...["--table", `${stage}-identity`, "--kms-key", KEY_ARN, "--management-account", ACCOUNT],
];
const openStage = (stage: string) =>
  openDeployed({
    tableName: `${stage}-identity`,
    keyArn: KEY_ARN,
    installation: stage,
    managementAccount: ACCOUNT,
  });

test("an account of a deployed installation goes to another one, its secrets from one KMS key's keeping to the other's", async () => {
  expect(await command("export", ACCOUNT, "--to", file, ...deployed("portcullis-one"))).toContain(
    `Account ${ACCOUNT} is in ${file}`,
  );
  const silo = await openStage("portcullis-two");
  try {
    // Nobody calls it here, so there is nothing to wait for.
    const there = { ...silo, settleMilliseconds: 0 };
    await importAccount(there, { path: file, passphrase: PASSPHRASE, replace: false });
    for (const accessKeyId of [ROOT.accessKeyId, "ROOTKEYOFTHESILO0043"]) {
      const key = { account: ACCOUNT, partition: `key/${accessKeyId}`, sort: "record" };
      const [stored] = await silo.store.get([key]);
      const record = stored?.data as AccessKeyRecord | undefined;
      const secret = silo.sealer.open(
        record?.sealedSecret ?? "",
        accessKeySeal(ACCOUNT, accessKeyId),
      );
      expect(Buffer.from(secret).toString()).toBe(ROOT.secretAccessKey);
    }
    const [root] = await silo.store.get([{ account: ACCOUNT, partition: "root", sort: "record" }]);
    expect(root?.data).toMatchObject({ accessKeys: [ROOT.accessKeyId, "ROOTKEYOFTHESILO0043"] });
    // Once more, over what is there.
    await importAccount(there, { path: file, passphrase: PASSPHRASE, replace: true });
  } finally {
    await silo.close();
  }
});

test("that takes these permissions, and no others", () => {
  expect(operator.refused).toEqual([]);
  expect(notNeeded(OPERATOR, operator.calls)).toEqual([]);
});

test("a table that is not there is told so", async () => {
  const gone = command(
    "export",
    ACCOUNT,
    "--to",
    join(folder, "x"),
    ...deployed("portcullis-three"),
  );
  await expect(gone).rejects.toBeInstanceOf(StoreUnavailable);
});
