import { randomBytes } from "node:crypto";
import { makeAccessKeyId } from "../access-key-id.ts";
import { ApiError } from "../error.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";
import { SealBroken, type Sealer } from "../sealing/sealer.ts";

/**
 * Temporary credentials. They are stateless: the session token contains all claims of the session,
 * sealed, including the secret access key. The token begins with its owner in plain text, so that a
 * reader can fetch the owner's record before it opens the token. The seal's associated data contain
 * the owner and the access key id.
 */
export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/**
 * Issues credentials.
 * @param minimumSize pads the token to this many bytes (`MinimumSessionTokenSize`), so that callers
 * can test what they can transport
 * @throws {ApiError} `PackedPolicyTooLarge`
 */
export function issueSession(
  sealer: Sealer,
  owner: SessionOwner,
  claims: Omit<SessionClaims, "accessKeyId" | "secret">,
  minimumSize = 0,
): TemporaryCredentials {
  const accessKeyId = makeAccessKeyId("ASIA", claims.account);
  const secret = randomBytes(30).toString("base64");
  const whole: SessionClaims = { ...claims, accessKeyId, secret };
  const sealed = sealer.seal(
    pack(JSON.stringify(whole), Math.min(minimumSize, MAX_MINIMUM_SIZE)),
    bound(owner, accessKeyId),
  );
  const token = `${Buffer.from(textOf(owner)).toString("base64url")}.${sealed}`;
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new ApiError(
      "PackedPolicyTooLarge",
      "The session's policies, tags and claims do not fit into a session token.",
    );
  }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secret,
    SessionToken: token,
    Expiration: new Date(claims.expiresAt * 1000),
  };
}

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
    unpack(sealer.open(sealedPart(token), bound(owner, accessKeyId))),
  );
  if (claims.accessKeyId !== accessKeyId)
    throw new SealBroken("the token belongs to another access key id");
  return claims;
}

/**
 * `PackedPolicySize`: the size of session policies and tags in percent of the maximum. It may
 * exceed 100.
 */
export function packedSize(
  claims: Pick<SessionClaims, "policies" | "policyArns" | "tags">,
): number {
  const packed = zlib().deflateRawSync(
    JSON.stringify([claims.policies, claims.policyArns, claims.tags]),
  );
  return Math.ceil((100 * packed.length) / MAX_PACKED_LENGTH);
}

/** `SessionTokenSize` in bytes, and `SessionTokenUtilization` in percent of the longest token. */
export function tokenUse({ SessionToken: token }: TemporaryCredentials) {
  return {
    SessionTokenUtilization: Math.ceil((100 * token.length) / MAX_TOKEN_LENGTH),
    SessionTokenSize: token.length,
  };
}

/**
 * API Gateway limits the headers of a request to 10,240 bytes. The token leaves room for the
 * others.
 */
const MAX_PACKED_LENGTH = 4096;
const MAX_TOKEN_LENGTH = 9000;
const MAX_MINIMUM_SIZE = 4096;
const MAX_CLAIMS_LENGTH = 256 * 1024;

// Inflating costs more than the rest of opening a token, so short claims are not compressed.
const PLAIN = 0;
const DEFLATED = 1;
const MAX_PLAIN_LENGTH = 3000;

// Loaded with the first long token, for the sake of cold starts.
const zlib = () => process.getBuiltinModule("node:zlib");

function pack(json: string, minimumSize: number): Uint8Array {
  const text = Buffer.from(json);
  const [form, body] =
    text.length <= MAX_PLAIN_LENGTH ? [PLAIN, text] : [DEFLATED, zlib().deflateRawSync(text)];
  const padding = Math.max(0, Math.ceil((minimumSize * 3) / 4) - body.length);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.of(form), length, body, Buffer.alloc(padding)]);
}

function unpack(packed: Uint8Array): string {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const body = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
  if (bytes[0] === PLAIN) return body.toString("utf8");
  return zlib().inflateRawSync(body, { maxOutputLength: MAX_CLAIMS_LENGTH }).toString("utf8");
}

/** An owner in a token: `role/reader`, `root`. */
const textOf = (owner: SessionOwner): string =>
  owner.kind === "root" ? owner.kind : `${owner.kind}/${owner.name}`;

function parseOwner(text: string): SessionOwner | undefined {
  if (text === "root") return { kind: "root" };
  const [, kind, name] = /^(role|user|key)\/([\w+=,.@-]{1,128})$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return kind === "role" || kind === "user" || kind === "key" ? { kind, name } : undefined;
}

const bound = (owner: SessionOwner, accessKeyId: string): string =>
  `session/${accessKeyId}/${textOf(owner)}`;
