import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import type { Stored } from "@portcullis/iam/store";
import type { JWTPayload } from "jose";
import { identify, type PresentedCredentials } from "../identity/identity.ts";
import type { BearerProofInput } from "./bearer-input.ts";
import { type Proof, tokenProof } from "./proof.ts";

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

// One object as long as the keys are the same, since imported keys are cached by it.
let current: { readonly text: string; readonly keys: SigningKeysRecord } | undefined;

function currentKeys(stored: Stored<SigningKeysRecord> | undefined): SigningKeysRecord | undefined {
  if (stored === undefined) return undefined;
  const text = JSON.stringify(stored.data);
  if (current?.text !== text) current = { text, keys: stored.data };
  return current.keys;
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
