import { startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, faultyProxy } from "../../support/faulty-proxy.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { allow, user } from "../../support/people.ts";
import { presign } from "../../support/wire-signer.ts";

/**
 * What callers of the running gateways see while DynamoDB fails: a plain 500, and everything as
 * before once it works again.
 */
describe("the gateways, while DynamoDB", () => {
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let proxy: Awaited<ReturnType<typeof faultyProxy>>;
  let here: TestInstallation;
  let ana: TestCredentials;
  beforeAll(async () => {
    engine = await startEngine({ dataFile: ":memory:" });
    proxy = await faultyProxy(engine.endpoint);
    here = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
    ana = await user(here, "ana", allow(["orders:*", "execute-api:Invoke"]));
  });
  afterAll(async () => {
    proxy.plan.splice(0);
    await here.stop();
    proxy.stop();
    await engine.stop();
  });

  /** All three at once, since each waits as long as a caller may be let wait. */
  const ask = () =>
    Promise.all([
      here.call(ana, "GET", "/whoami"),
      here.call(ana, "GET", "/prod/whoami", { url: here.local.restUrl }),
      connects(ana),
    ]);
  const connects = (who: TestCredentials) =>
    new Promise<string>((resolve) => {
      const { host } = new URL(here.local.webSocketUrl);
      const socket = new WebSocket(`ws://${host}${presign(host, who, { path: "/live" }).target}`);
      socket.onopen = () => {
        socket.close();
        resolve("connected");
      };
      socket.onerror = () => resolve("refused");
    });
  const works = async () => {
    const [http, rest, webSocket] = await ask();
    expect([http.status, rest.status, webSocket]).toEqual([200, 200, "connected"]);
  };

  it.each<[string, Fault]>([
    ["says nothing", { kind: "hang" }],
    [
      "answers nonsense",
      { kind: "answer", status: 200, body: '{"Responses":{"secret":[{"pk":{"S":"x"}}]}}' },
    ],
  ])("%s: nobody is let in, soon, and nobody is told why", async (_, fault) => {
    await works();
    proxy.plan.push(...Array.from({ length: 500 }, () => fault));
    const started = performance.now();
    const [http, rest, webSocket] = await ask();
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(http).toMatchObject({ status: 500, body: { message: "Internal Server Error" } });
    expect(rest).toMatchObject({ status: 500, body: { message: null } });
    expect(webSocket).toBe("refused");
    expect(here.decisions.slice(-3).map(({ outcome }) => outcome)).toEqual([
      "error",
      "error",
      "error",
    ]);
    proxy.plan.splice(0);
    await works();
  });
});
