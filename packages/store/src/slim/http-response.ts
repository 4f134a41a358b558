/** A complete response of a server. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
  /** How long the connection may be idle before its next request. 0: it has had its last one. */
  readonly reusableMilliseconds: number;
}

/** Reads one response from the bytes of a connection. */
export interface ResponseReader {
  /**
   * Takes the next bytes. Returns the response once it is complete.
   * @throws {SyntaxError} if the bytes are not an HTTP response, or too many
   */
  readonly read: (bytes: Buffer) => HttpResponse | undefined;
  /** The server has ended the connection. Undefined: within the response. */
  readonly end: () => HttpResponse | undefined;
}

/** Also what Node's own client accepts. */
const MAX_HEAD_BYTES = 16_384;
const MAX_LINE_BYTES = 1024;
/** DynamoDB's answers end at 16 MB, to which JSON adds its escapes. */
const MAX_BODY_BYTES = 128_000_000;
const NOTHING = Buffer.alloc(0);
const END_OF_HEAD = "\r\n\r\n";
const END_OF_LINE = "\r\n";

/** How the length of a body is known (RFC 9112, 6.3). */
type Framing =
  | { readonly kind: "length"; left: number }
  | { readonly kind: "chunked"; left: number; at: "size" | "data" | "data end" | "trailers" }
  | { readonly kind: "until close" };

interface Head {
  readonly status: number;
  readonly framing: Framing;
  readonly reusableMilliseconds: number;
}

/** A reader for the response to a POST. */
export function responseReader(): ResponseReader {
  let unread: Buffer = NOTHING;
  let head: Head | undefined;
  const parts: Buffer[] = [];
  let bodyBytes = 0;

  const take = (bytes: number): Buffer => {
    const taken = unread.subarray(0, bytes);
    unread = unread.subarray(bytes);
    return taken;
  };
  const takeBody = (atMost: number): number => {
    const part = take(Math.min(atMost, unread.length));
    parts.push(part);
    bodyBytes += part.length;
    if (bodyBytes > MAX_BODY_BYTES) throw new SyntaxError("the response is too large");
    return part.length;
  };
  /** Undefined: the text is not complete yet. */
  const takeUntil = (end: string, atMost: number): string | undefined => {
    const found = unread.subarray(0, atMost).indexOf(end, 0, "latin1");
    if (found >= 0) return take(found + end.length).toString("latin1", 0, found);
    if (unread.length >= atMost) throw new SyntaxError("a line of the response is too long");
    return undefined;
  };
  const takeHead = (): Head | undefined => {
    for (;;) {
      const text = takeUntil(END_OF_HEAD, MAX_HEAD_BYTES);
      if (text === undefined) return undefined;
      const found = parseHead(text);
      // Interim responses precede the response (RFC 9110, 15.2).
      if (found.status >= 200) return found;
    }
  };
  /** Whether the body is complete. */
  const takeChunks = (framing: Extract<Framing, { kind: "chunked" }>): boolean => {
    for (;;) {
      if (framing.at === "data") {
        framing.left -= takeBody(framing.left);
        if (framing.left > 0) return false;
        framing.at = "data end";
      }
      const line = takeUntil(END_OF_LINE, MAX_LINE_BYTES);
      if (line === undefined) return false;
      if (framing.at === "size") {
        framing.left = chunkSize(line);
        framing.at = framing.left === 0 ? "trailers" : "data";
      } else if (framing.at === "data end") {
        if (line !== "") throw new SyntaxError("a chunk of the response is longer than its size");
        framing.at = "size";
      } else if (line === "") return true;
    }
  };
  const isComplete = ({ framing }: Head): boolean => {
    if (framing.kind === "chunked") return takeChunks(framing);
    if (framing.kind === "until close") {
      takeBody(unread.length);
      return false;
    }
    framing.left -= takeBody(framing.left);
    return framing.left === 0;
  };
  const response = ({ status, reusableMilliseconds }: Head): HttpResponse => ({
    status,
    body: (parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)).toString(),
    // Bytes after the response belong to no request.
    reusableMilliseconds: unread.length === 0 ? reusableMilliseconds : 0,
  });

  return {
    read(bytes) {
      unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
      head ??= takeHead();
      return head !== undefined && isComplete(head) ? response(head) : undefined;
    },
    end: () => (head?.framing.kind === "until close" ? response(head) : undefined),
  };
}

/**
 * A status line and headers, each line with one meaning only: no folded line, no space before a
 * colon, no control characters (RFC 9112, 4 and 5).
 */
const HEAD =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [^\r\n\0]*)?(?:\r\n[!#$%&'*+.^_`|~\dA-Za-z-]+:[^\r\n\0]*)*$/;

/** @throws {SyntaxError} for a head that two readers could understand differently */
function parseHead(text: string): Head {
  if (!HEAD.test(text)) throw new SyntaxError("the head of the response is malformed");
  const [statusLine = "", ...lines] = text.split(END_OF_LINE);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const status = Number(statusLine.slice(9, 12));
  const framing = framingOf(status, headers);
  const connection = headers.get("connection")?.toLowerCase() ?? "";
  const closes =
    statusLine.startsWith("HTTP/1.0") ||
    framing.kind === "until close" ||
    connection.split(",").some((option) => option.trim() === "close");
  return { status, framing, reusableMilliseconds: closes ? 0 : idleTime(headers) };
}

function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== "chunked" || length !== undefined)
      throw new SyntaxError("the length of the response is ambiguous");
    return { kind: "chunked", left: 0, at: "size" };
  }
  if (status < 200 || status === 204 || status === 304) return { kind: "length", left: 0 };
  if (length === undefined) return { kind: "until close" };
  if (!/^\d{1,15}$/.test(length)) throw new SyntaxError("the length of the response is malformed");
  return { kind: "length", left: Number(length) };
}

function chunkSize(line: string): number {
  const [, size] = /^([\dA-Fa-f]{1,8})[ \t]*(?:;|$)/.exec(line) ?? [];
  if (size === undefined) throw new SyntaxError("a chunk of the response has no size");
  return Number.parseInt(size, 16);
}

/** A server that says how long it waits is sent nothing in the last second of it. */
function idleTime(headers: ReadonlyMap<string, string>): number {
  const keepAlive = headers.get("keep-alive");
  const seconds = keepAlive && /\btimeout=(\d{1,6})\b/i.exec(keepAlive)?.[1];
  return seconds ? Math.max(0, Number(seconds) - 1) * 1000 : Number.POSITIVE_INFINITY;
}
