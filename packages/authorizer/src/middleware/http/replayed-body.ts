import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body and puts it back, so that whatever reads the request next gets the same
 * bytes: a body parser, or a stream of one's own. Undefined if it has more bytes than the limit.
 * @throws {Error} if the body has been read already, or if the connection ends before the body does
 */
export function readAndReplay(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  if (!mayHaveBody(request)) return Promise.resolve(new Uint8Array());
  if (request.readableDidRead)
    return Promise.reject(
      new Error("the body was read before it was authorized: put `protect` before body parsers"),
    );
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limitBytes) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (finish: () => void) => {
      request.off("readable", onReadable).off("error", onError).off("close", onClose);
      finish();
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error("the connection ended within the body")));
    const onReadable = () => {
      for (let chunk = request.read(); chunk !== null; chunk = request.read()) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > limitBytes) {
          settle(() => resolve(undefined));
          return;
        }
      }
      // Node sets `complete` before it pushes the end. The event `end` comes in a later tick, and
      // only if nothing is there to be read: until then a body can be put back.
      if (!request.complete) return;
      const body = Buffer.concat(chunks);
      settle(() => {
        if (length > 0) request.unshift(body);
        resolve(body);
      });
    };
    request.on("readable", onReadable).on("error", onError).on("close", onClose);
  });
}

/** RFC 9112, 6.3: a request without these headers has no body. */
const mayHaveBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
