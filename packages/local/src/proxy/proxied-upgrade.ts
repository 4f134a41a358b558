import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hasBody } from "../gateway/http-message.ts";
import type { Upgrade } from "../gateway/web-socket-api.ts";
import { EMPTY_HASH, type ProxyOptions } from "./proxy-options.ts";
import { UpstreamTimeout, upstreamFault } from "./upstream.ts";
import { clientHeaders, type HeaderPairs, serverHeaders } from "./upstream-headers.ts";

/**
 * WebSocket handshakes: authorized as any GET of their path, then connected to the server behind.
 * A connection stays as long as both sides like, as behind API Gateway.
 */
export function proxiedUpgrade(options: ProxyOptions): Upgrade {
  const { upstream, report } = options;
  return {
    takes: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
    async serve(request, socket, head) {
      // A client may disconnect at any time.
      socket.on("error", () => socket.destroy());
      const refuse = (statusCode: number, message: string) => {
        report({ request, statusCode, message });
        refuseWith(socket, statusCode, JSON.stringify({ message }));
      };
      const admission = await options.protect(request);
      if (!admission.ok) {
        const { statusCode, body } = admission.refusal;
        if (admission.reason) report({ request, statusCode, message: admission.reason });
        return refuseWith(socket, statusCode, body);
      }
      const { payloadHash } = admission.answer;
      if (hasBody(request) || (payloadHash !== EMPTY_HASH && payloadHash !== "UNSIGNED-PAYLOAD"))
        return refuse(400, "A WebSocket handshake has no body.");
      const headers: HeaderPairs = [
        ...clientHeaders(request),
        ...options.identify({ request, ...admission }),
        ["connection", "Upgrade"],
        ["upgrade", "websocket"],
      ];
      try {
        await connect({ request, socket, head, headers }, options);
      } catch (error) {
        const fault = upstreamFault(error, upstream);
        refuse(fault.statusCode, fault.message);
      }
    },
  };
}

interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly headers: HeaderPairs;
}

/** @throws if the server behind does not answer */
function connect(
  { request, socket, head, headers }: Handshake,
  { upstream, target, silenceMilliseconds }: ProxyOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = upstream.request("GET", target(request), headers);
    socket.once("close", () => asked.destroy());
    asked.on("error", reject);
    asked.setTimeout(silenceMilliseconds, () =>
      asked.destroy(
        new UpstreamTimeout(`did not answer within ${silenceMilliseconds / 1000} seconds`),
      ),
    );
    asked.on("upgrade", (answer, behind, behindHead) => {
      behind.setTimeout(0);
      const lines = [...serverHeaders(answer), ["connection", "Upgrade"], ["upgrade", "websocket"]];
      socket.write(headText(101, "Switching Protocols", lines));
      if (behindHead.length > 0) socket.write(behindHead);
      if (head.length > 0) behind.write(head);
      // Whichever side ends, ends the other.
      pipeline(socket, behind, socket).then(resolve, () => {
        behind.destroy();
        socket.destroy();
        resolve();
      });
    });
    asked.on("response", (answer) => {
      const { statusCode = 502, statusMessage = "" } = answer;
      const lines = [...serverHeaders(answer), ["connection", "close"]];
      socket.write(headText(statusCode, statusMessage, lines));
      pipeline(answer, socket).then(resolve, () => resolve());
    });
    asked.end();
  });
}

const headText = (status: number, reason: string, lines: readonly (readonly string[])[]): string =>
  `HTTP/1.1 ${status} ${reason}\r\n${lines.map((line) => `${line.join(": ")}\r\n`).join("")}\r\n`;

function refuseWith(socket: Duplex, status: number, body: string): void {
  const lines = [
    ["content-type", "application/json"],
    ["content-length", String(Buffer.byteLength(body))],
    ["connection", "close"],
  ];
  socket.end(`${headText(status, "", lines)}${body}`);
}
