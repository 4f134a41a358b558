import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { LocalError } from "./engine/index.ts";
import type { Upgrade } from "./gateway/web-socket-api.ts";
import { allowedHosts, isOwnHost } from "./own-host.ts";

export interface Listening {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly upgrade?: Upgrade;
  /** Answers 200 while the server is there. @default /health */
  readonly healthPath?: string;
  /** How long a request may take to arrive. @default 30000, API Gateway's limit */
  readonly requestMilliseconds?: number;
}

/**
 * Serves on loopback. The health path always answers 200.
 * @throws {LocalError} if the port is in use
 */
export async function listen(
  port: number,
  variable: string,
  listener: RequestListener,
  { upgrade, healthPath = "/health", requestMilliseconds = 30_000 }: ListenOptions = {},
): Promise<Listening> {
  const hosts = allowedHosts(process.env);
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    isOwnHost(request, hosts) && upgrade?.takes(request) === true;
  const server = createServer({ shouldUpgradeCallback }, (request, response) => {
    if (!isOwnHost(request, hosts)) {
      response.writeHead(421, { "content-type": "application/json", connection: "close" });
      response.end(FOREIGN_HOST);
      return;
    }
    if (
      /^(?:GET|HEAD)$/.test(request.method ?? "") &&
      request.url?.split("?", 1)[0] === healthPath
    ) {
      response.setHeader("content-type", "application/json");
      response.end('{"status":"ok"}');
      return;
    }
    listener(request, response);
  });
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    upgrade?.serve(request, socket, head).catch((error: unknown) => {
      console.error(error);
      socket.destroy();
    });
  });
  server.keepAliveTimeout = 65_000;
  // A client that sends more slowly gets 408.
  server.headersTimeout = 30_000;
  server.requestTimeout = requestMilliseconds;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(notListening(error, port, variable)),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${actual}`, close: () => closed(server, upgraded) };
}

const FOREIGN_HOST = JSON.stringify({
  message: "The Host header names another server. Set PORTCULLIS_HOSTS to accept it.",
});

function notListening(error: NodeJS.ErrnoException, port: number, variable: string): Error {
  if (error.code === "EADDRINUSE") {
    return new LocalError(
      `Port ${port} is in use: set ${variable} to another one, or stop what listens there.`,
    );
  }
  if (error.code === "EACCES")
    return new LocalError(
      `Port ${port} may not be opened by this user: set ${variable} to another one.`,
    );
  return error;
}

function closed(server: Server, upgraded: Iterable<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    for (const socket of upgraded) socket.destroy();
    server.close(() => resolve());
    server.closeIdleConnections();
    // Requests in progress get a second to finish.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
