import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { bootstrap } from "@portcullis/iam/bootstrap";
import { createKeyRingIfAbsent, dynamoStore, memoryKeyWrapper } from "@portcullis/store";
import { testTable } from "../support/engine.ts";
import { eventOf } from "../support/gateway-event.ts";
import { ACCOUNT, ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";
import { type Bundled, bundledAuthorizer, bundledSkeleton } from "./authorizer-bundle.ts";
import { summary } from "./spread.ts";

/** In milliseconds, in a fresh process, without Node's own start. */
export interface ColdStart {
  /** From loading the bundle to the first answer. */
  readonly toFirst: number;
  readonly load: number;
  readonly second: number;
}

const CHILD = join(import.meta.dirname, "authorizer-cold-child.mjs");

/**
 * Cold starts of the authorizer and of the plain SDK and middy, taken in turns on the same engine.
 */
export async function coldStarts(
  rounds: number,
): Promise<{ readonly own: readonly ColdStart[]; readonly skeleton: readonly ColdStart[] }> {
  const place = await startPlace();
  const bundles = { own: await bundledAuthorizer(), skeleton: await bundledSkeleton() };
  const found = { own: [] as ColdStart[], skeleton: [] as ColdStart[] };
  try {
    for (let round = 0; round < rounds + 1; round++) {
      for (const name of ["own", "skeleton"] as const) {
        const start = await coldStart(bundles[name], place.environment);
        // The first round finds cold files.
        if (round > 0) found[name].push(start);
      }
    }
    return found;
  } finally {
    bundles.own.remove();
    bundles.skeleton.remove();
    await place.stop();
  }
}

export async function report(rounds = 15): Promise<void> {
  const { own, skeleton } = await coldStarts(rounds);
  const line = (what: string, of: readonly ColdStart[], read: (start: ColdStart) => number) =>
    console.log(`  ${what.padEnd(34)} ${summary(of.map(read), "ms")}`);
  line("authorizer: load", own, ({ load }) => load);
  line("authorizer: load to first decision", own, ({ toFirst }) => toFirst);
  line("authorizer: second decision", own, ({ second }) => second);
  line("SDK + middy: load", skeleton, ({ load }) => load);
  line("SDK + middy: load to first answer", skeleton, ({ toFirst }) => toFirst);
  line("SDK + middy: second answer", skeleton, ({ second }) => second);
}

async function coldStart(
  { folder }: Bundled,
  environment: Record<string, string>,
): Promise<ColdStart> {
  const { method, headers } = signHeader("api.test", ROOT, { path: "/whoami" });
  const event = eventOf({ method, rawPath: "/whoami", rawQueryString: "", headers });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CHILD, join(folder, "bundle.mjs"), JSON.stringify(event)],
    { env: environment },
  );
  const answer: { times: ColdStart; allowed: boolean } = JSON.parse(
    stdout.trim().split("\n").at(-1) ?? "",
  );
  if (!answer.allowed) throw new Error(`no allow: ${stdout}`);
  return answer.times;
}

/** An engine with an installation in it, and something that answers as KMS does. */
async function startPlace() {
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
