import type { Socket } from "node:net";
import { type HttpResponse, type ResponseReader, responseReader } from "./http-response.ts";

/** The connections to one server, kept open between requests. */
export interface HttpConnections {
  /**
   * Sends a request, head and body, and returns the response. Rejects with the network's errors, a
   * `SyntaxError` if the response is malformed, or the reason of the signal.
   */
  readonly send: (request: string, signal: AbortSignal) => Promise<HttpResponse>;
  /**
   * Opens a connection ahead of the next request. Does nothing if one is idle. If it is not used
   * within ten seconds, it is not used at all: the process may have been frozen meanwhile.
   */
  readonly open: () => void;
}

interface Exchange {
  readonly request: string;
  readonly reader: ResponseReader;
  readonly settle: (outcome: HttpResponse | Error) => void;
}

interface Connection {
  readonly socket: Socket;
  /** Whether TCP, and TLS with the server's certificate, are established. */
  isReady: boolean;
  /** The one request that waits for its response. */
  exchange: Exchange | undefined;
  /** The time of `performance.now()` at which an idle connection is too old to be used. */
  usableUntil: number;
}

const MAX_IDLE_CONNECTIONS = 256;
const UNUSED_MILLISECONDS = 10_000;

/**
 * HTTP/1.1 over `node:net` or `node:tls`. Node's own client takes 8 ms of processor time longer for
 * the first request of a process. INVARIANT: a connection has at most one request at a time, and is
 * used again only after exactly one response to it.
 */
export function httpConnections({ protocol, hostname, port }: URL): HttpConnections {
  const isSecure = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const idle: Connection[] = [];
  let session: Buffer | undefined;

  const connect = (): Socket => {
    // TLS takes milliseconds to load, so only where it is needed.
    if (!isSecure) return process.getBuiltinModule("node:net").connect(Number(port) || 80, host);
    const { connect: connectSecurely } = process.getBuiltinModule("node:tls");
    const options = { host, port: Number(port) || 443, ALPNProtocols: ["http/1.1"], session };
    const isName = process.getBuiltinModule("node:net").isIP(host) === 0;
    return connectSecurely({ ...options, ...(isName && { servername: host }) }).on(
      "session",
      (latest) => {
        session = latest;
      },
    );
  };

  const finish = (connection: Connection, outcome: HttpResponse | Error): void => {
    const { socket, exchange } = connection;
    connection.exchange = undefined;
    const reusable = outcome instanceof Error ? 0 : outcome.reusableMilliseconds;
    // A server may answer before it has taken the whole request.
    if (reusable > 0 && socket.writableLength === 0 && idle.length < MAX_IDLE_CONNECTIONS)
      keep(connection, reusable);
    else drop(connection);
    exchange?.settle(outcome);
  };
  const keep = (connection: Connection, milliseconds: number): void => {
    connection.usableUntil = performance.now() + milliseconds;
    connection.socket.unref();
    idle.push(connection);
  };
  const drop = (connection: Connection): void => {
    const index = idle.indexOf(connection);
    if (index >= 0) idle.splice(index, 1);
    connection.socket.destroy();
  };

  const newConnection = (): Connection => {
    const socket = connect();
    const connection: Connection = {
      socket,
      isReady: false,
      exchange: undefined,
      usableUntil: Number.POSITIVE_INFINITY,
    };
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 1_000);
    // Nothing is written before the server's certificate has been verified.
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      connection.isReady = true;
      if (connection.exchange !== undefined) socket.write(connection.exchange.request);
    });
    socket.on("data", (bytes) => {
      const { exchange } = connection;
      // Bytes without a request would be taken for the next one's response.
      if (exchange === undefined) return drop(connection);
      try {
        const response = exchange.reader.read(bytes);
        if (response !== undefined) finish(connection, response);
      } catch (error) {
        finish(connection, asError(error));
      }
    });
    socket.on("end", () => finish(connection, connection.exchange?.reader.end() ?? hangUp()));
    socket.on("error", (error) => finish(connection, error));
    socket.on("close", () => finish(connection, hangUp()));
    return connection;
  };

  const takeIdle = (): Connection | undefined => {
    for (;;) {
      // The one used last is the least likely to have been closed meanwhile.
      const connection = idle.pop();
      if (connection === undefined) return undefined;
      if (!connection.socket.destroyed && performance.now() < connection.usableUntil) {
        connection.socket.ref();
        return connection;
      }
      connection.socket.destroy();
    }
  };

  return {
    send: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const connection = takeIdle() ?? newConnection();
        const onAbort = () => finish(connection, asError(signal.reason));
        const settle = (outcome: HttpResponse | Error): void => {
          signal.removeEventListener("abort", onAbort);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        };
        connection.exchange = { request, reader: responseReader(), settle };
        signal.addEventListener("abort", onAbort, { once: true });
        if (connection.isReady) connection.socket.write(request);
      }),
    open() {
      const connection = takeIdle();
      if (connection === undefined) return keep(newConnection(), UNUSED_MILLISECONDS);
      connection.socket.unref();
      idle.push(connection);
    },
  };
}

/** As Node's own client names it. */
const hangUp = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));
