import {
  authenticate,
  type Directory,
  isTraced,
  type OrganizationMembership,
  type PolicySource,
} from "@portcullis/authorizer";
import { ANONYMOUS, type Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import { clientPaths, type Service } from "@portcullis/protocol";
import {
  type Credential,
  type ReadCredential,
  type Verified,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import type { AnyOperation, Call } from "../model/call.ts";
import type { ControlRequest } from "../model/request.ts";

/** Signatures of the control API hold for 15 minutes around their time, as AWS's do. */
export const MAX_SKEW_SECONDS = 900;

export interface CallIdentity {
  readonly caller: Caller;
  /** The organization of the caller's account. */
  readonly organization: OrganizationMembership | undefined;
  /**
   * False for an operation without a signature: it proves nothing, whatever key the request names.
   */
  readonly isProven: boolean;
}

/**
 * The caller, proven by the request's signature. @throws {ApiError} AWS's error for what is wrong
 */
export async function authenticateCall(
  { request, now, record }: Call,
  credential: ReadCredential,
  operation: AnyOperation | undefined,
  {
    wire,
    directory,
    policies,
  }: {
    readonly wire: Service;
    readonly directory: Directory;
    readonly policies: PolicySource;
  },
): Promise<CallIdentity> {
  if (operation?.access === "unsigned") {
    record.caller = ANONYMOUS;
    return { caller: ANONYMOUS, organization: undefined, isProven: false };
  }
  if (!credential.ok) throw new ApiError(credential.code, credential.message);
  const authentication = await authenticate({
    directory,
    policies,
    credential: credential.credential,
    now,
    verify: (secret) => verifyAnyPath(wire, request, credential.credential, secret, now),
  });
  if (!authentication.ok) {
    const { code, message, reason, accessKeyId } = authentication;
    record.reason = reason.startsWith(code) ? reason : `${code}: ${reason}`;
    record.accessKeyId = accessKeyId;
    throw new ApiError(code, message);
  }
  const { caller, organization, traces } = authentication;
  record.caller = caller;
  record.traced = isTraced(traces, caller, now);
  return { caller, organization, isProven: true };
}

/** Tries each path that clients of the service may have signed. */
function verifyAnyPath(
  wire: Service,
  { signed, body }: ControlRequest,
  credential: Credential,
  secret: string,
  now: Date,
): Verified {
  const verifyAs = (rawPath: string): Verified =>
    verifySignature({ ...signed, rawPath }, credential, secret, {
      nowMilliseconds: now.getTime(),
      maxSkewSeconds: MAX_SKEW_SECONDS,
      services: [wire.name],
      payload: { kind: "body", bytes: body },
    });
  const first = verifyAs(signed.rawPath);
  if (first.ok) return first;
  const [, ...others] = clientPaths(wire, signed.method, signed.rawPath);
  return others.map(verifyAs).find(({ ok }) => ok) ?? first;
}
