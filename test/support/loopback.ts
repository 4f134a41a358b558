import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  decodeRequest,
  encodeError,
  encodeResponse,
  type Input,
  type Service,
  type WireError,
  type WireResponse,
} from "@portcullis/protocol";
import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";

export const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "a secret of forty characters, or nearly",
};

/** The answer of an operation: its output, or an error. */
export type Answer = { readonly output: object } | { readonly error: WireError };

export interface Call {
  readonly operation: string;
  readonly input: Input;
  readonly signed: boolean;
}

/** A service on a real socket that verifies, decodes and encodes with this package. */
export async function serve(service: Service, answer: (call: Call) => Answer) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const reply = handle(request, body);
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  });

  function handle(request: IncomingMessage, body: Buffer): WireResponse {
    const signed = verify(service, request, body);
    if ("error" in signed) return encodeError(service, signed.error, "req-signature");
    const target = request.headers["x-amz-target"];
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const decoded = decodeRequest(service, {
      body,
      query,
      target: typeof target === "string" ? target : undefined,
      method: request.method ?? "",
      path,
    });
    if (!decoded.ok) return encodeError(service, decoded.error, "req-decode");
    const call = { operation: decoded.operation, input: decoded.input, signed: signed.signed };
    calls.push(call);
    const given = answer(call);
    return "output" in given
      ? encodeResponse(service, call.operation, given.output, "req-1")
      : encodeError(service, given.error, "req-2");
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    endpoint: `http://127.0.0.1:${port}`,
    close: () => new Promise((closed) => server.close(closed)),
  };
}

function verify(
  service: Service,
  request: IncomingMessage,
  body: Buffer,
): { signed: boolean } | { error: WireError } {
  const signed = signedRequest(request);
  const read = readCredential(signed);
  if (!read.ok)
    return read.code === "MissingAuthenticationToken" ? { signed: false } : { error: read };
  const verified = verifySignature(signed, read.credential, CREDENTIALS.secretAccessKey, {
    nowMilliseconds: Date.now(),
    maxSkewSeconds: 900,
    services: [service.name],
    payload: { kind: "body", bytes: body },
  });
  return verified.ok ? { signed: true } : { error: verified };
}

function signedRequest(request: IncomingMessage): SignedRequest {
  const [rawPath = "", rawQuery = ""] = (request.url ?? "").split("?");
  const headers: [string, string][] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers.push([request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? ""]);
  }
  return { method: request.method ?? "", rawPath, rawQuery, headers };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
