import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import type { Stored } from "@portcullis/iam/store";
import type { JWTPayload } from "jose";
import { identify, type PresentedCredentials } from "../identity/identity.ts";
import { type BearerProofInput, type Proof, tokenProof } from "./proof.ts";

/** A token of this installation stands for the session sealed in it, and grants no more. */
export async function proveOwnToken(
  token: string,
  claims: JWTPayload,
  { directory, policies, now, request, bearer, verification }: BearerProofInput,
): Promise<Proof> {
  const presented = claims[verification.SESSION_CLAIM];
  if (!isCredentials(presented)) return { ok: false, reason: "the token holds no session" };
  const identified = await identify(directory, presented, now, [
    signingKeysKey(directory.managementAccount),
  ]);
  if (!identified.ok) return identified;
  const { identity, extra } = identified;
  const keys = currentKeys(extra[0]);
  const verified = await verification.verifyOwnToken(token, keys, {
    issuer: bearer.issuer,
    audience: request.apiId,
    now,
  });
  if (!verified.ok) return verified;
  return tokenProof(identity, await policies.applicable(directory.reader, identity));
}

// One object as long as the record is the same, since imported keys are cached by it.
let cached: Stored<SigningKeysRecord> | undefined;

function currentKeys(stored: Stored<SigningKeysRecord> | undefined): SigningKeysRecord | undefined {
  if (stored === undefined) return undefined;
  const isCached =
    cached?.version === stored.version &&
    JSON.stringify(cached.data) === JSON.stringify(stored.data);
  if (!isCached) cached = stored;
  return cached?.data;
}

function isCredentials(value: unknown): value is Required<PresentedCredentials> {
  if (typeof value !== "object" || value === null) return false;
  return (
    "accessKeyId" in value &&
    typeof value.accessKeyId === "string" &&
    "sessionToken" in value &&
    typeof value.sessionToken === "string"
  );
}
