import { randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { makeAccessKeyId } from "../access-key-id.ts";
import { ApiError } from "../error.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";
import { SealBroken, type Sealer } from "../sealing/sealer.ts";

/**
 * Temporary credentials are stateless: the session token is everything that is known of the session, sealed, the secret key
 * included. It begins with the place of the one record that the session lives by, readable, so that a reader can ask for that
 * record before (and without) opening the token; the seal binds it, with the access key id.
 */
export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/** New credentials. The token is made at least `minimumSize` bytes long, as callers may ask who test what they can carry. */
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
    pack(JSON.stringify(whole), Math.min(minimumSize, MINIMUM_SIZE_AT_MOST)),
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

/** Where the token says that its session's record is; undefined for what is no token of ours. Not yet proven: only opening proves it. */
export function ownerOfToken(token: string): SessionOwner | undefined {
  const dot = token.indexOf(".");
  if (dot < 1 || token.length > MAX_TOKEN_LENGTH) return undefined;
  const text = Buffer.from(token.slice(0, dot), "base64url").toString("utf8");
  // Base64 can spell the same bytes in several ways; a token has one spelling.
  return Buffer.from(text).toString("base64url") === token.slice(0, dot)
    ? parseOwner(text)
    : undefined;
}

/** The sealed part of a token, which names the key that it was sealed under. */
export const sealedPart = (token: string): string => token.slice(token.indexOf(".") + 1);

/** The claims of a token of ours. @throws {SealBroken} when it was altered, cut, or belongs to another access key id */
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
 * What part of the room for session policies and tags is used, in percent, as `PackedPolicySize` has it.
 * More than 100: `PackedPolicyTooLarge`.
 */
export function packedSize(
  claims: Pick<SessionClaims, "policies" | "policyArns" | "tags">,
): number {
  const packed = deflateRawSync(JSON.stringify([claims.policies, claims.policyArns, claims.tags]));
  return Math.ceil((100 * packed.length) / PACKED_ROOM);
}

/** `SessionTokenSize` in bytes, and `SessionTokenUtilization` in percent of the longest token there is. */
export function tokenUse({ SessionToken: token }: TemporaryCredentials) {
  return {
    SessionTokenUtilization: Math.ceil((100 * token.length) / MAX_TOKEN_LENGTH),
    SessionTokenSize: token.length,
  };
}

/** Headers of a request through API Gateway hold 10,240 bytes in all; the token must leave room for the others. */
const PACKED_ROOM = 4096;
const MAX_TOKEN_LENGTH = 9000;
const MINIMUM_SIZE_AT_MOST = 4096;
const MAX_CLAIMS_LENGTH = 256 * 1024;

// Inflating costs more than all else that opening does, so short claims are kept as they are.
const PLAIN = 0;
const DEFLATED = 1;
const PLAIN_AT_MOST = 3000;

function pack(json: string, minimumSize: number): Uint8Array {
  const text = Buffer.from(json);
  const [form, body] =
    text.length <= PLAIN_AT_MOST ? [PLAIN, text] : [DEFLATED, deflateRawSync(text)];
  const padding = Math.max(0, Math.ceil((minimumSize * 3) / 4) - body.length);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.of(form), length, body, Buffer.alloc(padding)]);
}

function unpack(packed: Uint8Array): string {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const body = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
  if (bytes[0] === PLAIN) return body.toString("utf8");
  return inflateRawSync(body, { maxOutputLength: MAX_CLAIMS_LENGTH }).toString("utf8");
}

/** An owner as tokens have it: `role/reader`, `root`. */
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
