import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { httpConnections } from "../../packages/store/src/slim/http-connections.ts";
import { eventually } from "../support/eventually.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  sockets.clear();
});

/** A server that answers the n-th request of all as it is told to. */
async function serverOf(answer: (socket: Socket, request: string, number: number) => void) {
  const received: { readonly connection: number; readonly request: string }[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      received.push({ connection, request: bytes.toString() });
      answer(socket, bytes.toString(), received.length);
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    received,
    connections: () => connections,
    connectionsOf: () => received.map(({ connection }) => connection),
  };
}

const respond = (body: string, headers = "") =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const never = () => new AbortController().signal;

test("requests one after the other share a connection", async () => {
  const server = await serverOf((socket, request) => socket.write(respond(request)));
  const { send } = httpConnections(server.url);
  for (const text of ["one", "two", "three"])
    expect(await send(text, never())).toMatchObject({ status: 200, body: text });
  expect(server.connectionsOf()).toEqual([1, 1, 1]);
});

test("requests at the same time have connections of their own, each with its own response", async () => {
  const server = await serverOf((socket, request, number) => {
    setTimeout(() => socket.write(respond(request)), 30 - number);
  });
  const { send } = httpConnections(server.url);
  const texts = Array.from({ length: 20 }, (_, index) => `request ${index}`);
  const bodies = async () =>
    (await Promise.all(texts.map((text) => send(text, never())))).map(({ body }) => body);
  expect(await bodies()).toEqual(texts);
  expect(await bodies()).toEqual(texts);
  expect(server.connections()).toBe(20);
});

describe("a connection is not used again", () => {
  test.each([
    ["that the server will close", respond("{}", "Connection: close\r\n")],
    ["that is about to time out", respond("{}", "Keep-Alive: timeout=1\r\n")],
    ["with bytes after the response", `${respond("{}")}HTTP/1.1 200 OK\r\n`],
    ["with a second response", respond("{}") + respond('{"of":"no request"}')],
    ["of the old version", respond("{}").replace("1.1", "1.0")],
  ])("%s", async (_, text) => {
    const server = await serverOf((socket) => socket.write(text));
    const { send } = httpConnections(server.url);
    expect((await send("one", never())).body).toBe("{}");
    expect((await send("two", never())).body).toBe("{}");
    expect(server.connectionsOf()).toEqual([1, 2]);
  });

  test("on which a response came late, after the request was given up", async () => {
    const givingUp = new AbortController();
    const server = await serverOf((socket, request, number) => {
      if (number > 1) return socket.write(respond(request));
      givingUp.abort();
      return setTimeout(() => socket.write(respond(request)), 20);
    });
    const { send } = httpConnections(server.url);
    await expect(send("one", givingUp.signal)).rejects.toThrow(/aborted/);
    expect((await send("two", never())).body).toBe("two");
    await new Promise((wait) => setTimeout(wait, 60));
    expect((await send("three", never())).body).toBe("three");
    expect(server.connectionsOf()).toEqual([1, 2, 2]);
  });

  test("on which a request was given up within its response", async () => {
    const givingUp = new AbortController();
    const server = await serverOf((socket, request, number) => {
      if (number > 1) return socket.write(respond(request));
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
      setTimeout(() => givingUp.abort(), 20);
      return setTimeout(() => socket.write("}".padStart(99)), 40);
    });
    const { send } = httpConnections(server.url);
    await expect(send("one", givingUp.signal)).rejects.toThrow(/aborted/);
    expect((await send("two", never())).body).toBe("two");
    expect(server.connectionsOf()).toEqual([1, 2]);
  });

  test("on which bytes came that no request waited for", async () => {
    const server = await serverOf((socket, request, number) => {
      socket.write(respond(request));
      if (number === 1) setTimeout(() => socket.write(respond('{"of":"no request"}')), 20);
    });
    const { send } = httpConnections(server.url);
    await send("one", never());
    await new Promise((wait) => setTimeout(wait, 60));
    expect((await send("two", never())).body).toBe("two");
    expect(server.connectionsOf()).toEqual([1, 2]);
  });

  test("that the server closed meanwhile", async () => {
    const server = await serverOf((socket, request) => {
      socket.write(respond(request));
      setTimeout(() => socket.end(), 10);
    });
    const { send } = httpConnections(server.url);
    await send("one", never());
    await new Promise((wait) => setTimeout(wait, 40));
    expect((await send("two", never())).body).toBe("two");
  });

  test("whose request ended in an error", async () => {
    const server = await serverOf((socket, request, number) =>
      socket.write(number === 1 ? "garbage\r\n\r\n" : respond(request)),
    );
    const { send } = httpConnections(server.url);
    await expect(send("one", never())).rejects.toThrow(SyntaxError);
    expect((await send("two", never())).body).toBe("two");
    expect(server.connectionsOf()).toEqual([1, 2]);
  });
});

describe("an error", () => {
  test.each([
    ["before the response", ""],
    ["within the head", "HTTP/1.1 200 OK\r\nContent-"],
    ["within the body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"],
    ["within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}"],
    ["before the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"],
  ])("is that the server hangs up %s", async (_, text) => {
    for (const close of ["end", "resetAndDestroy"] as const) {
      const server = await serverOf((socket) => {
        socket.write(text, () => socket[close]());
      });
      const { send } = httpConnections(server.url);
      await expect(send("one", never())).rejects.toMatchObject({ code: "ECONNRESET" });
    }
  });

  test("is that nothing listens there, ahead of the request or with it", async () => {
    const { url } = await serverOf(() => undefined);
    servers.pop()?.close();
    const connections = httpConnections(url);
    const refused = { code: "ECONNREFUSED" };
    await expect(connections.send("one", never())).rejects.toMatchObject(refused);
    connections.open();
    await new Promise((wait) => setTimeout(wait, 30));
    await expect(connections.send("one", never())).rejects.toMatchObject(refused);
    connections.open();
    await expect(connections.send("one", never())).rejects.toMatchObject(refused);
  });

  test("is a request that was given up before it began", async () => {
    const server = await serverOf((socket, request) => socket.write(respond(request)));
    const reason = new Error("given up");
    const { send } = httpConnections(server.url);
    await expect(send("one", AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(send("one", AbortSignal.abort("no error"))).rejects.toBe("no error");
    expect(server.connections()).toBe(0);
  });
});

test("a body may end with the connection", async () => {
  const server = await serverOf((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n{}"));
  expect(await httpConnections(server.url).send("one", never())).toMatchObject({ body: "{}" });
});

test("a connection that was opened ahead takes the first request", async () => {
  const server = await serverOf((socket, request) => socket.write(respond(request)));
  const { open, send } = httpConnections(server.url);
  open();
  open();
  await eventually(async () => (server.connections() > 0 ? true : undefined));
  expect((await send("one", never())).body).toBe("one");
  open();
  expect((await send("two", never())).body).toBe("two");
  expect(server.connectionsOf()).toEqual([1, 1]);
});

test("an IPv6 address is one in brackets", async () => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", () => socket.write(respond("{}")));
  });
  servers.push(server);
  server.listen(0, "::1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { send } = httpConnections(new URL(`http://[::1]:${port}`));
  expect((await send("one", never())).body).toBe("{}");
});

test("an idle connection keeps no process alive", async () => {
  const server = await serverOf((socket, request) => socket.write(respond(request)));
  const module = fileURLToPath(
    new URL("../../packages/store/src/slim/http-connections.ts", import.meta.url),
  );
  const script = `
    const { httpConnections } = await import(${JSON.stringify(module)});
    const { send } = httpConnections(new URL(${JSON.stringify(server.url.href)}));
    console.log((await send("one", new AbortController().signal)).body);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { timeout: 20_000 },
  );
  expect(stdout.trim()).toBe("one");
});
