import type { TokenRequest } from "@portcullis/iam/login/create-token";
import { parseObject } from "./json-object.ts";

/** More than all members at their longest. */
const MAX_BODY_BYTES = 16 * 1024;

/** The most characters of a member. Codes and tokens are sealed texts of some hundreds. */
const LONGEST = 4096;

/**
 * The request in a body (AWS Sign-In, CreateOAuth2Token). Undefined if a member is missing or
 * malformed.
 */
export function readTokenRequest(body: Buffer): TokenRequest | undefined {
  const members = body.byteLength > MAX_BODY_BYTES ? undefined : parseObject(body);
  if (members === undefined) return undefined;
  const { grantType } = members;
  const clientId = text(members.clientId);
  if (clientId === undefined) return undefined;
  if (grantType === "refresh_token") {
    const refreshToken = text(members.refreshToken);
    return refreshToken === undefined ? undefined : { grantType, clientId, refreshToken };
  }
  const code = text(members.code);
  const redirectUri = text(members.redirectUri);
  const codeVerifier = text(members.codeVerifier);
  const isWhole = code !== undefined && redirectUri !== undefined && codeVerifier !== undefined;
  // RFC 7636, 4.1: a shorter verifier could be guessed.
  if (grantType !== "authorization_code" || !isWhole || !/^[\w.~-]{43,128}$/.test(codeVerifier))
    return undefined;
  return { grantType, clientId, code, redirectUri, codeVerifier };
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= LONGEST ? value : undefined;
