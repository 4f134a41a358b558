import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";
import { SealBroken, type Sealer } from "../sealing/sealer.ts";

/**
 * The owner that a token names. Undefined if it is not a token of ours. It is not authenticated:
 * only `openSession` does that.
 */
export function ownerOfToken(token: string): SessionOwner | undefined {
  const dot = token.indexOf(".");
  if (dot < 1 || token.length > MAX_TOKEN_LENGTH) return undefined;
  const text = Buffer.from(token.slice(0, dot), "base64url").toString("utf8");
  // Several base64 texts decode to the same bytes. Only one of them is accepted.
  return Buffer.from(text).toString("base64url") === token.slice(0, dot)
    ? parseOwner(text)
    : undefined;
}

/** The sealed part of a token. It names the key that sealed it. */
export const sealedPart = (token: string): string => token.slice(token.indexOf(".") + 1);

/**
 * Opens a session token.
 * @throws {SealBroken} if it was altered or truncated, or belongs to another access key id
 */
export function openSession(sealer: Sealer, token: string, accessKeyId: string): SessionClaims {
  const owner = ownerOfToken(token);
  if (owner === undefined) throw new SealBroken("not a session token");
  const claims: SessionClaims = JSON.parse(
    unpack(sealer.open(sealedPart(token), boundOfSession(owner, accessKeyId))),
  );
  if (claims.accessKeyId !== accessKeyId)
    throw new SealBroken("the token belongs to another access key id");
  return claims;
}

/**
 * API Gateway limits the headers of a request to 10,240 bytes. The token leaves room for the
 * others.
 */
export const MAX_TOKEN_LENGTH = 9000;
const MAX_CLAIMS_LENGTH = 256 * 1024;

// Inflating costs more than the rest of opening a token, so short claims are not compressed.
export const PLAIN = 0;
export const DEFLATED = 1;

function unpack(packed: Uint8Array): string {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const body = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
  if (bytes[0] === PLAIN) return body.toString("utf8");
  // Loaded with the first long token, for the sake of cold starts.
  const { inflateRawSync } = process.getBuiltinModule("node:zlib");
  return inflateRawSync(body, { maxOutputLength: MAX_CLAIMS_LENGTH }).toString("utf8");
}

/** An owner in a token: `role/reader`, `root`. */
export const textOfOwner = (owner: SessionOwner): string =>
  owner.kind === "root" ? owner.kind : `${owner.kind}/${owner.name}`;

function parseOwner(text: string): SessionOwner | undefined {
  if (text === "root") return { kind: "root" };
  const [, kind, name] = /^(role|user|key)\/([\w+=,.@-]{1,128})$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return kind === "role" || kind === "user" || kind === "key" ? { kind, name } : undefined;
}

/** What the sealed part is bound to. */
export const boundOfSession = (owner: SessionOwner, accessKeyId: string): string =>
  `session/${accessKeyId}/${textOfOwner(owner)}`;
