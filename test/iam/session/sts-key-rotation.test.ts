import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { ordersLocal } from "@portcullis/example-orders";
import { sealedPart } from "@portcullis/iam/session-token";
import { startLocal } from "@portcullis/local";
import { dynamoStore, fileKeyWrapper, rotateKeyRing } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, credentialsOf, type TestCredentials } from "../../support/sts-installation.ts";

describe("the sealing key", () => {
  let dataDirectory: string;
  const start = () =>
    startLocal(
      {
        port: 0,
        apiPort: 0,
        restPort: 0,
        dataDirectory,
        dynamodbEndpoint: undefined,
        accountId: ACCOUNT,
        rootKey: { accessKeyId: "ROOTKEYOFTHISTEST", secretAccessKey: "a secret of this test" },
        rootEmail: "root@localhost",
        rootPassword: "correct horse battery",
      },
      ordersLocal,
      { log: () => {} },
    );
  beforeAll(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), "portcullis-rotation-"));
  });
  afterAll(() => rm(dataDirectory, { recursive: true, force: true }));

  it("is rotated under live sessions, which go on, also after a restart", async () => {
    let running = await start();
    const sts = (credentials: TestCredentials) =>
      new STSClient({
        endpoint: running.controlUrl,
        region: "us-east-1",
        credentials,
        maxAttempts: 1,
      });
    const root = { accessKeyId: "ROOTKEYOFTHISTEST", secretAccessKey: "a secret of this test" };
    const newSession = async () =>
      credentialsOf((await sts(root).send(new GetSessionTokenCommand({}))).Credentials);
    const works = (session: TestCredentials) => sts(session).send(new GetCallerIdentityCommand({}));
    const keyOf = (session: { sessionToken: string }) =>
      sealedPart(session.sessionToken).slice(0, 10);
    try {
      const before = await newSession();
      const client = new DynamoDBClient({
        endpoint: running.dynamodbEndpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      });
      const wrapper = await fileKeyWrapper(join(dataDirectory, "master-key"));
      await rotateKeyRing({
        store: dynamoStore({ client, tableName: "portcullis" }),
        wrapper,
        account: ACCOUNT,
        nowSeconds: Math.floor(Date.now() / 1000),
      });
      client.destroy();
      await works(before);
      await running.stop();
      running = await start();
      await works(before);
      const after = await newSession();
      expect(keyOf(after)).not.toBe(keyOf(before));
      await works(after);
      await works(before);
    } finally {
      await running.stop();
    }
  });
});
