import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HttpResponse, responseReader } from "../../packages/store/src/slim/http-response.ts";

/** What a reader makes of bytes that arrive in the given pieces, and then of the connection's end. */
function readAll(text: string, pieces: readonly number[] = []): HttpResponse | undefined {
  const bytes = Buffer.from(text);
  const reader = responseReader();
  let start = 0;
  for (const size of pieces) {
    const response = reader.read(bytes.subarray(start, start + size));
    start += size;
    if (response !== undefined) return response;
  }
  return reader.read(bytes.subarray(start)) ?? reader.end();
}

const forever = Number.POSITIVE_INFINITY;

const WHOLE: readonly [what: string, text: string, response: HttpResponse][] = [
  [
    "a body of a given length",
    'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"a":"ü"}',
    { status: 200, body: '{"a":"ü"}', reusableMilliseconds: forever },
  ],
  [
    "an empty body",
    "HTTP/1.1 500 \r\ncontent-length:0\r\n\r\n",
    { status: 500, body: "", reusableMilliseconds: forever },
  ],
  [
    "chunks with extensions and trailers",
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4;x=1\r\n{"a"\r\nB \r\n:"\r\n\r\n0\r\n"}\r\n0\r\nX: y\r\n\r\n',
    { status: 200, body: '{"a":"\r\n\r\n0\r\n"}', reusableMilliseconds: forever },
  ],
  [
    "a body that ends with the connection",
    "HTTP/1.1 200 OK\r\nX: y\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: 0 },
  ],
  [
    "interim responses before it",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: forever },
  ],
  [
    "no body by its status",
    "HTTP/1.1 204 No Content\r\n\r\n",
    { status: 204, body: "", reusableMilliseconds: forever },
  ],
  [
    "an end after it",
    "HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\nContent-Length: 2\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: 0 },
  ],
  [
    "the old version",
    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: 0 },
  ],
  [
    "how long the server waits",
    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=9\r\nContent-Length: 2\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: 4000 },
  ],
  [
    "a server that waits for a second",
    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\n{}",
    { status: 200, body: "{}", reusableMilliseconds: 0 },
  ],
];

test.each(WHOLE)("reads %s, in whatever pieces it arrives", (_, text, response) => {
  expect(readAll(text)).toEqual(response);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }), (pieces) => {
      expect(readAll(text, pieces)).toEqual(response);
    }),
    { numRuns: 200, seed: 7 },
  );
});

test.each(WHOLE.filter(([, , { reusableMilliseconds }]) => reusableMilliseconds > 0))(
  "gives the connection up for bytes after %s",
  (_, text, response) => {
    expect(readAll(`${text}H`)).toEqual({ ...response, reusableMilliseconds: 0 });
  },
);

test("a response is whole or there is none", () => {
  for (const [, text] of WHOLE.filter(([what]) => !what.includes("ends with the connection"))) {
    for (let length = 0; length < Buffer.byteLength(text) - 1; length++) {
      const reader = responseReader();
      expect(reader.read(Buffer.from(text).subarray(0, length))).toBeUndefined();
      expect(reader.end()).toBeUndefined();
    }
  }
});

const ok = (headers: string, body = "{}") => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`;

describe("refuses", () => {
  test.each([
    ["another protocol", "SSH-2.0-x\r\n\r\n"],
    ["another version", "HTTP/2 200\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20\r\nContent-Length: 0\r\n\r\n"],
    ["a status out of range", "HTTP/1.1 600 x\r\nContent-Length: 0\r\n\r\n"],
    ["two lengths", ok("Content-Length: 2\r\nContent-Length: 2")],
    ["a list of lengths", ok("Content-Length: 2, 2")],
    ["a signed length", ok("Content-Length: +2")],
    ["a negative length", ok("Content-Length: -2")],
    ["a hexadecimal length", ok("Content-Length: 0x2")],
    ["a length and chunks", ok("Content-Length: 2\r\nTransfer-Encoding: chunked")],
    ["a compressed transfer", ok("Transfer-Encoding: gzip, chunked")],
    ["another transfer", ok("Transfer-Encoding: identity")],
    ["a folded header", ok("X: y\r\n Content-Length: 3")],
    ["a space before the colon", ok("Content-Length : 2")],
    ["a header without a name", ok(": 2")],
    ["a header without a colon", ok("Content-Length")],
    ["a bare line feed", ok("X: y\nContent-Length: 2")],
    ["a bare carriage return", ok("X: y\rContent-Length: 2")],
    ["a null character", ok("X: \0\r\nContent-Length: 2")],
    ["a chunk without a size", ok("Transfer-Encoding: chunked", "\r\n{}\r\n0\r\n\r\n")],
    ["a chunk with a negative size", ok("Transfer-Encoding: chunked", "-1\r\n")],
    ["a chunk of another size", ok("Transfer-Encoding: chunked", "1\r\n{}\r\n0\r\n\r\n")],
    ["a chunk size that is too large", ok("Transfer-Encoding: chunked", "fffffffff\r\n")],
  ])("%s", (_, text) => {
    expect(() => readAll(text)).toThrow(SyntaxError);
    expect(() => readAll(text, [1, 2, 3, 5, 8, 13])).toThrow(SyntaxError);
  });

  test("a head that does not end", () => {
    const reader = responseReader();
    const line = Buffer.from(`X: ${"y".repeat(1000)}\r\n`);
    reader.read(Buffer.from("HTTP/1.1 200 OK\r\n"));
    expect(() => {
      for (let lines = 0; lines < 17; lines++) reader.read(line);
    }).toThrow("too long");
  });

  test("a chunk's line that does not end", () => {
    expect(() => readAll(ok("Transfer-Encoding: chunked", `1;${"x".repeat(1100)}`))).toThrow(
      "too long",
    );
  });

  test("a body beyond all that DynamoDB answers", () => {
    const reader = responseReader();
    reader.read(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"));
    const megabyte = Buffer.alloc(1_000_000);
    expect(() => {
      for (let count = 0; count < 130; count++) reader.read(megabyte);
    }).toThrow("too large");
  });
});
