import { once } from "node:events";
import {
  type AddressInfo,
  createServer,
  connect as reach,
  type Server,
  type Socket,
} from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bundled, bundledAuthorizer } from "../bench/authorizer-bundle.ts";
import { coldStart, type ObservedStart } from "../bench/authorizer-cold.ts";
import { type DeployedPlace, deployedPlace, rootEvent } from "../support/deployed-authorizer.ts";
import { eventually } from "../support/eventually.ts";

let place: DeployedPlace;
beforeAll(async () => {
  place = await deployedPlace();
});
afterAll(() => place.stop());

describe("before its first decision, an authorizer", () => {
  let bundled: Bundled;
  let start: ObservedStart;
  beforeAll(async () => {
    bundled = await bundledAuthorizer();
    start = await coldStart(bundled, place.environment);
  });
  afterAll(() => bundled.remove());

  it.each([
    ["HTTP", /^(?:http|http2|https|_http_\w+|internal\/deps\/undici\/.+)$/],
    ["compression", /^zlib$/],
    ["TLS, as long as no endpoint has it", /^(?:tls|_tls_\w+)$/],
    ["files, processes and workers", /^(?:fs\/promises|child_process|worker_threads|cluster)$/],
    ["inspection and tests", /^(?:inspector|repl|test|internal\/test_runner\/.+)$/],
  ])("loads no module of Node's for %s", (_, modules) => {
    expect(start.builtIns).toEqual(expect.arrayContaining(["crypto", "net"]));
    expect(start.builtIns.filter((name) => modules.test(name))).toEqual([]);
  });

  it("reads one file", () => {
    expect(bundled.startFiles).toEqual(["bundle.mjs"]);
  });
});

describe("while Lambda loads it, an authorizer", () => {
  const doors: Door[] = [];
  const unhandled = vi.fn();
  beforeEach(() => {
    vi.resetModules();
    vi.spyOn(process.stdout, "write").mockReturnValue(true); // the decisions' lines
    process.on("unhandledRejection", unhandled);
    for (const [name, value] of Object.entries(place.environment)) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    for (const door of doors.splice(0)) door.close();
  });
  const door = async (name: string) => {
    const opened = await openDoor(place.environment[name] ?? "");
    doors.push(opened);
    vi.stubEnv(name, opened.url);
    return opened;
  };
  const load = async () => (await import("../../packages/functions/src/authorizer.ts")).handler;

  it.each(["authorizer", "authorizer-rest", "authorizer-websocket"])(
    "reaches DynamoDB and KMS at once and says nothing (%s)",
    async (entry) => {
      const table = await door("AWS_ENDPOINT_URL_DYNAMODB");
      const kms = await door("AWS_ENDPOINT_URL_KMS");
      await import(`../../packages/functions/src/${entry}.ts`);
      await eventually(async () => table.connections() + kms.connections() >= 2 || undefined);
      expect([table.connections(), kms.connections()]).toEqual([1, 1]);
      expect([table.bytes(), kms.bytes()]).toEqual([0, 0]);
    },
  );

  it("decides on these connections", async () => {
    const table = await door("AWS_ENDPOINT_URL_DYNAMODB");
    const kms = await door("AWS_ENDPOINT_URL_KMS");
    const handler = await load();
    await eventually(async () => table.connections() + kms.connections() >= 2 || undefined);
    expect(await handler(rootEvent())).toMatchObject({ isAuthorized: true });
    expect([table.connections(), kms.connections()]).toEqual([1, 1]);
  });

  it("survives that neither can be reached, and decides as soon as they can", async () => {
    const table = await door("AWS_ENDPOINT_URL_DYNAMODB");
    const kms = await door("AWS_ENDPOINT_URL_KMS");
    table.shut();
    kms.shut();
    const handler = await load();
    await new Promise((wait) => setTimeout(wait, 50));
    await table.reopen();
    await kms.reopen();
    expect(await handler(rootEvent())).toMatchObject({ isAuthorized: true });
  });

  it("fails closed as long as KMS can't be reached, and decides again afterwards", async () => {
    const kms = await door("AWS_ENDPOINT_URL_KMS");
    kms.shut();
    const handler = await load();
    await expect(handler(rootEvent())).rejects.toThrow(/the decision .* failed/);
    await kms.reopen();
    expect(await handler(rootEvent())).toMatchObject({ isAuthorized: true });
  }, 15_000);

  it("leaves it to the decision to name a variable that is missing", async () => {
    vi.stubEnv("PORTCULLIS_KMS_KEY", "");
    const handler = await load();
    for (const _ of [1, 2])
      await expect(handler(rootEvent())).rejects.toThrow("PORTCULLIS_KMS_KEY");
    vi.stubEnv("PORTCULLIS_KMS_KEY", place.environment.PORTCULLIS_KMS_KEY ?? "");
    expect(await handler(rootEvent())).toMatchObject({ isAuthorized: true });
  });

  it("reaches nothing where it is imported elsewhere", async () => {
    const table = await door("AWS_ENDPOINT_URL_DYNAMODB");
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", undefined);
    await load();
    await new Promise((wait) => setTimeout(wait, 50));
    expect(table.connections()).toBe(0);
  });
});

interface Door {
  readonly url: string;
  readonly connections: () => number;
  /** Those that clients have sent. */
  readonly bytes: () => number;
  /** Refuses connections until `reopen`. */
  shut(): void;
  reopen(): Promise<void>;
  close(): void;
}

/** Stands before a server, counts, and can be shut. */
async function openDoor(endpoint: string): Promise<Door> {
  const { hostname, port } = new URL(endpoint);
  let connections = 0;
  let bytes = 0;
  const sockets = new Set<Socket>();
  const open = async (at: number): Promise<Server> => {
    const server = createServer((client) => {
      connections++;
      const upstream = reach(Number(port), hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
      }
      client.on("data", (part) => {
        bytes += part.length;
      });
      client.pipe(upstream).pipe(client);
    });
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await open(0);
  const own = (server.address() as AddressInfo).port; // a TCP server's address is never a string
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return {
    url: `http://127.0.0.1:${own}`,
    connections: () => connections,
    bytes: () => bytes,
    shut: close,
    async reopen() {
      server = await open(own);
    },
    close,
  };
}
