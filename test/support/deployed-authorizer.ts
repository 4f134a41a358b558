import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bootstrap } from "@portcullis/iam/bootstrap";
import { createKeyRingIfAbsent, dynamoStore, memoryKeyWrapper } from "@portcullis/store";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { testTable } from "./engine.ts";
import { eventOf } from "./gateway-event.ts";
import { ACCOUNT, ROOT } from "./own-authorizer.ts";
import { signHeader } from "./wire-signer.ts";

/** What an authorizer's function finds where it is deployed. */
export interface DeployedPlace {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** An engine with an installation of a root user in it, and something that answers as KMS does. */
export async function deployedPlace(): Promise<DeployedPlace> {
  const table = await testTable();
  const wrapper = memoryKeyWrapper();
  const store = dynamoStore({ client: table.client(), tableName: table.tableName });
  const now = new Date();
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const sealer = await createKeyRingIfAbsent({ store, wrapper, account: ACCOUNT, nowSeconds });
  await bootstrap(
    { store, sealer, account: ACCOUNT, now },
    { key: ROOT, makeKey: false, email: "root@localhost" },
  );
  const kms = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { CiphertextBlob }: { CiphertextBlob: string } = JSON.parse(body);
    const key = await wrapper.unwrap(Buffer.from(CiphertextBlob, "base64"));
    response.end(JSON.stringify({ Plaintext: Buffer.from(key).toString("base64") }));
  });
  await new Promise<void>((ready) => kms.listen(0, "127.0.0.1", ready));
  const { port } = kms.address() as AddressInfo; // a TCP server's address is never a string
  return {
    environment: {
      AWS_LAMBDA_FUNCTION_NAME: "authorizer",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}`,
      PORTCULLIS_TABLE: table.tableName,
      PORTCULLIS_KMS_KEY: "arn:aws:kms:us-east-1:1:key/1",
      PORTCULLIS_INSTALLATION: "bench",
      PORTCULLIS_ACCOUNT_ID: ACCOUNT,
    },
    async stop() {
      kms.close();
      kms.closeAllConnections();
      await table.stop();
    },
  };
}

/** The event of a signed request that the root user of a `deployedPlace` makes. */
export function rootEvent(): APIGatewayRequestAuthorizerEventV2 {
  const { method, headers } = signHeader("api.test", ROOT, { path: "/whoami" });
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:us-east-1:${ACCOUNT}:own/$default/GET/whoami`,
    identitySource: [],
    cookies: [],
    ...eventOf({ method, rawPath: "/whoami", rawQueryString: "", headers }),
  };
}
