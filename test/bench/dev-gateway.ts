import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { startDevGateway } from "@portcullis/local/proxy";
import { readSettings } from "@portcullis/local/run";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../support/harness.ts";
import { quantile } from "./spread.ts";

const SECONDS = 3;
const ROUNDS = 3;
const AT_ONCE = 32;

/** Requests a second through the gateway, and past it to the same server. */
export async function run(): Promise<void> {
  const server = createServer((_, response) => response.end("ok"));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const direct = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = {
    accessKeyId: "AKIAPORTCULLISROOT01",
    secretAccessKey: "a-root-secret-for-benchmarks",
  };
  const gateway = await startDevGateway({
    port: 0,
    upstream: new URL(direct),
    service: {
      service: "invoices",
      routes: { "GET /invoices": { action: "invoices:ListInvoices", resource: "*" } },
    },
    installation: {
      kind: "own",
      settings: readSettings({
        PORT: "0",
        PORTCULLIS_DATA_DIR: ":memory:",
        PORTCULLIS_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        PORTCULLIS_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }),
    },
    log: () => {},
    report: ({ message }) => process.stdout.write(`${message}\n`),
  });
  const { host, hostname, port } = new URL(gateway.url);
  const signer = new SignatureV4({
    service: "execute-api",
    region: "us-east-1",
    credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: "GET",
    protocol: "http:",
    hostname,
    port: Number(port),
    path: "/invoices",
    headers: { host },
  });
  const rates: { through: number[]; past: number[] } = { through: [], past: [] };
  await rate(gateway.url, headers);
  for (let round = 0; round < ROUNDS; round++) {
    rates.through.push(await rate(gateway.url, headers));
    rates.past.push(await rate(direct, {}));
  }
  const milliseconds = await cpuMilliseconds(gateway.url, headers);
  const through = quantile(rates.through, 0.5);
  const past = quantile(rates.past, 0.5);
  process.stdout.write(
    `gateway ${through.toFixed(0)} requests/s, the server alone ${past.toFixed(0)}: ${(past / through).toFixed(1)} times as many (client, gateway and server in one process, which takes ${milliseconds.toFixed(2)} ms of CPU a request)\n`,
  );
  await gateway.stop();
  server.close();
}

/** The CPU time of a request in this process: on a machine that is busy, the rate says little. */
async function cpuMilliseconds(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const before = process.cpuUsage();
  const count = (await rate(url, headers)) * SECONDS;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

/** Answers of 200 a second. @throws {Error} at any other answer */
async function rate(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const { hostname, port } = new URL(url);
  const started = performance.now();
  let count = 0;
  const once = () =>
    new Promise<void>((done, failed) => {
      const asked = request({ hostname, port, path: "/invoices", headers, agent }, (answer) => {
        if (answer.statusCode !== 200) failed(new Error(`status ${answer.statusCode}`));
        answer.resume().on("end", done);
      });
      asked.on("error", failed).end();
    });
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() - started < SECONDS * 1000) {
        await once();
        count++;
      }
    }),
  );
  agent.destroy();
  return count / ((performance.now() - started) / 1000);
}
