import { randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { makeAccessKeyId } from "./access-key-id.ts";
import type { Tag } from "./record/tag.ts";
import { SealBroken, type Sealer } from "./sealer.ts";

/**
 * Temporary credentials are stateless: the session token is everything that is known of the session, sealed, the secret key
 * included. It begins with the place of the one record that the session lives by, readable, so that a reader can ask for that
 * record before (and without) opening the token; the seal binds it, with the access key id.
 */
export interface SessionClaims {
  readonly kind: "AssumedRole" | "SessionToken" | "FederatedUser" | "SignIn" | "AssumedRoot";
  readonly account: string;
  readonly accessKeyId: string;
  readonly secret: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mfaAt?: number;
  /** Unique id of the user or role that the session lives by, or the account id for a root user: a re-created name is another. */
  readonly ownerId: string;
  /** Role sessions: `RoleSessionName`; federated users: `Name`. */
  readonly name?: string;
  /** Session policies, inline and by ARN. Absent both: none was passed. */
  readonly policies?: readonly string[];
  readonly policyArns?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly federatedProvider?: string;
  /** Condition keys that the session keeps from its making, such as `<provider>:sub`. */
  readonly contextKeys?: readonly (readonly [key: string, value: string])[];
  readonly passwordChangeOnly?: boolean;
}

/** The record that a session lives by, as its key's partition in the account. */
export type SessionOwner = `role/${string}` | `user/${string}` | `key/${string}` | "root";

export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

export function issueSession(
  sealer: Sealer,
  owner: SessionOwner,
  claims: Omit<SessionClaims, "accessKeyId" | "secret">,
): TemporaryCredentials {
  const accessKeyId = makeAccessKeyId("ASIA", claims.account);
  const secret = randomBytes(30).toString("base64");
  const whole: SessionClaims = { ...claims, accessKeyId, secret };
  const sealed = sealer.seal(deflateRawSync(JSON.stringify(whole)), bound(owner, accessKeyId));
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secret,
    SessionToken: `${Buffer.from(owner).toString("base64url")}.${sealed}`,
    Expiration: new Date(claims.expiresAt * 1000),
  };
}

/** Where the token says that its session's record is; undefined for what is no token of ours. Not yet proven: only opening proves it. */
export function ownerOfToken(token: string): SessionOwner | undefined {
  const dot = token.indexOf(".");
  if (dot < 1 || token.length > MAX_TOKEN_LENGTH) return undefined;
  const owner = Buffer.from(token.slice(0, dot), "base64url").toString("utf8");
  return /^(?:role|user|key)\/[\w+=,.@-]{1,128}$|^root$/.test(owner) ? (owner as SessionOwner) : undefined;
}

/** The claims of a token of ours. @throws {SealBroken} when it was altered, cut, or belongs to another access key id */
export function openSession(sealer: Sealer, token: string, accessKeyId: string): SessionClaims {
  const owner = ownerOfToken(token);
  if (owner === undefined) throw new SealBroken("not a session token");
  const opened = sealer.open(token.slice(token.indexOf(".") + 1), bound(owner, accessKeyId));
  const claims: SessionClaims = JSON.parse(inflateRawSync(opened, { maxOutputLength: MAX_CLAIMS_LENGTH }).toString("utf8"));
  if (claims.accessKeyId !== accessKeyId) throw new SealBroken("the token belongs to another access key id");
  return claims;
}

/**
 * What part of the room for session policies and tags is used, in percent, as `PackedPolicySize` has it.
 * More than 100: `PackedPolicyTooLarge`.
 */
export function packedSize(claims: Pick<SessionClaims, "policies" | "policyArns" | "tags">): number {
  const packed = deflateRawSync(JSON.stringify([claims.policies, claims.policyArns, claims.tags]));
  return Math.ceil((100 * packed.length) / PACKED_ROOM);
}

/** Headers of a request through API Gateway hold 10,240 bytes in all; the token must leave room for the others. */
const PACKED_ROOM = 4096;
const MAX_TOKEN_LENGTH = 9000;
const MAX_CLAIMS_LENGTH = 256 * 1024;

const bound = (owner: SessionOwner, accessKeyId: string): string => `session/${accessKeyId}/${owner}`;
