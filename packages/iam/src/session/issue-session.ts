import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { makeAccessKeyId } from "../access-key-id.ts";
import { ApiError } from "../error.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";
import type { Sealer } from "../sealing/sealer.ts";
import { boundOfSession, DEFLATED, MAX_TOKEN_LENGTH, PLAIN, textOfOwner } from "./session-token.ts";

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
    boundOfSession(owner, accessKeyId),
  );
  const token = `${Buffer.from(textOfOwner(owner)).toString("base64url")}.${sealed}`;
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
 * `PackedPolicySize`: the size of session policies and tags in percent of the maximum. It may
 * exceed 100.
 */
export function packedSize(
  claims: Pick<SessionClaims, "policies" | "policyArns" | "tags">,
): number {
  const packed = deflateRawSync(JSON.stringify([claims.policies, claims.policyArns, claims.tags]));
  return Math.ceil((100 * packed.length) / MAX_PACKED_LENGTH);
}

/** `SessionTokenSize` in bytes, and `SessionTokenUtilization` in percent of the longest token. */
export function tokenUse({ SessionToken: token }: TemporaryCredentials) {
  return {
    SessionTokenUtilization: Math.ceil((100 * token.length) / MAX_TOKEN_LENGTH),
    SessionTokenSize: token.length,
  };
}

/** What the policies and tags of a session may take of its token. */
const MAX_PACKED_LENGTH = 4096;
const MAX_MINIMUM_SIZE = 4096;
/** Longer claims are compressed. */
const MAX_PLAIN_LENGTH = 3000;

function pack(json: string, minimumSize: number): Uint8Array {
  const text = Buffer.from(json);
  const [form, body] =
    text.length <= MAX_PLAIN_LENGTH ? [PLAIN, text] : [DEFLATED, deflateRawSync(text)];
  const padding = Math.max(0, Math.ceil((minimumSize * 3) / 4) - body.length);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.of(form), length, body, Buffer.alloc(padding)]);
}
