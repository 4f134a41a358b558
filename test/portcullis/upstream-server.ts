import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
  readonly bodySha256: string;
}

/** A server of one's own, in front of which the gateway stands. */
export interface UpstreamServer {
  readonly url: string;
  /** Every request whose headers arrived, and its body if it came whole. */
  readonly received: Received[];
  /** Ends the streams that are open. */
  finish(): void;
  close(): Promise<void>;
}

export async function startUpstream(port = 0): Promise<UpstreamServer> {
  const received: Received[] = [];
  const open = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const hash = createHash("sha256");
    let bodyBytes = 0;
    if (url === "/invoices/cut") return request.socket.destroy();
    for await (const part of request) {
      bodyBytes += part.length;
      hash.update(part);
    }
    received.push({ method, url, headers, bodyBytes, bodySha256: hash.digest("hex") });
    if (url === "/invoices/silent") return;
    if (url === "/invoices/half") {
      response.writeHead(200, { "content-length": "1000" }).write("half");
      return setTimeout(() => request.socket.destroy(), 50);
    }
    if (url === "/invoices/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: one\n\n");
      open.add(() => response.end("data: two\n\n"));
      return;
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method, url, headers, bodyBytes }));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    const { method = "", url = "", headers } = request;
    received.push({ method, url, headers, bodyBytes: 0, bodySha256: "" });
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: test\r\n\r\n",
    );
    if (head.length > 0) socket.write(head);
    socket.on("error", () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    finish() {
      for (const end of open) end();
      open.clear();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
