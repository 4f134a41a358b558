import type { Caller } from "@portcullis/iam/caller";
import type { AccountRecord } from "@portcullis/iam/record/account";
import type { Credential, SignatureErrorCode, Verified } from "@portcullis/protocol/sigv4";
import { callerOf } from "../identity/caller.ts";
import type { Directory } from "../identity/directory.ts";
import { identify } from "../identity/identity.ts";
import { membershipOf, type OrganizationMembership } from "../identity/organization-membership.ts";
import type { PolicySource } from "../policies/policy-source.ts";

export type Authentication =
  | {
      readonly ok: true;
      readonly caller: Caller;
      /** The organization that the caller's account is in. */
      readonly organization?: OrganizationMembership | undefined;
      /** The principals of the account that are traced. */
      readonly traces?: AccountRecord["traces"] | undefined;
      /** SHA-256 of the signed body. The function that has the body must compare it. */
      readonly payloadHash: string;
    }
  | {
      readonly ok: false;
      /** AWS's error code and sentence, for the control API. */
      readonly code: SignatureErrorCode | "InvalidClientTokenId" | "ExpiredToken";
      readonly message: string;
      /** For the log. */
      readonly reason: string;
      readonly accessKeyId?: string;
    };

/** AWS's sentences. They do not say which part of the credentials was wrong. */
const MESSAGES = {
  InvalidClientTokenId: "The security token included in the request is invalid.",
  ExpiredToken: "The security token included in the request is expired",
} as const;

/**
 * Finds and proves the caller. Policies are read after the proof, so that a request without valid
 * credentials causes no such reads.
 * @param verify checks the request's signature with the secret that must have signed it
 */
export async function authenticate({
  directory,
  policies,
  credential,
  now,
  verify,
}: {
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly credential: Credential;
  readonly now: Date;
  readonly verify: (secret: string) => Verified;
}): Promise<Authentication> {
  const { accessKeyId } = credential;
  const identified = await identify(directory, credential, now, []);
  if (!identified.ok) {
    const { code, reason } = identified;
    return { ok: false, code, message: MESSAGES[code], reason, accessKeyId };
  }
  const proof = verify(identified.identity.secret);
  if (!proof.ok)
    return {
      ok: false,
      code: proof.code,
      message: proof.message,
      reason: `${proof.code}: ${proof.message}`,
      accessKeyId,
    };
  const caller = callerOf(
    identified.identity,
    await policies.applicable(directory.reader, identified.identity),
  );
  const account = identified.identity.accountRecord.data;
  const { payloadHash } = proof;
  const organization = membershipOf(account);
  return { ok: true, caller, organization, traces: account.traces, payloadHash };
}
