import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isIdempotent, type Upstream, UpstreamTimeout } from "./upstream.ts";
import { type HeaderPairs, serverHeaders } from "./upstream-headers.ts";

/** A request on its way to the server behind. */
export interface Forwarded {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderPairs;
  /** The body from its beginning. Absent: there is none. */
  readonly body?: (() => Readable) | undefined;
  /** Whether `body` can be had a second time. */
  readonly isRepeatable: boolean;
  /** How long the server may be silent before its answer begins. */
  readonly silenceMilliseconds: number;
}

/**
 * Sends a request and passes the answer on as it comes, so that server-sent events arrive at once.
 * @returns the status of the answer, whole; undefined if the client left before
 * @throws whatever `upstreamFault` explains
 */
export async function forward(
  forwarded: Forwarded,
  response: ServerResponse,
  upstream: Upstream,
): Promise<number | undefined> {
  let asked: ClientRequest | undefined;
  let left = false;
  response.once("close", () => {
    left = !response.writableFinished;
    if (left) asked?.destroy();
  });
  const send = (): Promise<IncomingMessage> => {
    asked = upstream.request(forwarded.method, forwarded.target, forwarded.headers);
    return answerTo(asked, forwarded);
  };
  try {
    const answer = await send().catch((error: unknown) => {
      if (left || !mayRepeat(error, asked, forwarded)) throw error;
      return send();
    });
    const { statusCode = 502, statusMessage } = answer;
    response.writeHead(statusCode, statusMessage, serverHeaders(answer).flat());
    response.flushHeaders();
    await pipeline(answer, response);
    return statusCode;
  } catch (error) {
    if (left) return undefined;
    throw error;
  }
}

function answerTo(
  asked: ClientRequest,
  { body, silenceMilliseconds }: Forwarded,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const seconds = silenceMilliseconds / 1000;
    asked.setTimeout(silenceMilliseconds, () =>
      asked.destroy(new UpstreamTimeout(`did not answer within ${seconds} seconds`)),
    );
    asked.on("error", reject);
    asked.on("response", (answer) => {
      // An answer may take as long as it likes once it has begun.
      asked.setTimeout(0);
      resolve(answer);
    });
    if (body === undefined) {
      asked.end();
      return;
    }
    // A server may answer before it has read all, and then close: the answer counts.
    pipeline(body(), asked).catch((error: unknown) => {
      if (!asked.destroyed) asked.destroy(error as Error);
      reject(error);
    });
  });
}

/** Whether the server closed a connection that was idle, just as the request was sent on it. */
function mayRepeat(error: unknown, asked: ClientRequest | undefined, request: Forwarded): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    asked?.reusedSocket === true &&
    (code === "ECONNRESET" || code === "EPIPE") &&
    isIdempotent(request.method) &&
    request.isRepeatable
  );
}
