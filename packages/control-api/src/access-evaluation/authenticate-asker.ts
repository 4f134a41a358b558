import {
  authenticate,
  type Directory,
  type OrganizationMembership,
  type PolicySource,
} from "@portcullis/authorizer";
import type { Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import { type ReadCredential, verifySignature } from "@portcullis/protocol/sigv4";
import type { ControlRequest } from "../model/request.ts";
import { MAX_SKEW_SECONDS } from "../pipeline/authenticate.ts";

/** The caller that asks about a subject, proven by its signature. */
export interface Asker {
  readonly caller: Caller;
  readonly organization: OrganizationMembership | undefined;
}

/** @throws {ApiError} AWS's error for what is wrong with the signature */
export async function authenticateAsker(
  { signed, body }: ControlRequest,
  read: ReadCredential,
  {
    directory,
    policies,
    now,
  }: {
    readonly directory: Directory;
    readonly policies: PolicySource;
    readonly now: Date;
  },
): Promise<Asker> {
  if (!read.ok) throw new ApiError(read.code, read.message);
  const { credential } = read;
  const authentication = await authenticate({
    directory,
    policies,
    credential,
    now,
    verify: (secret) =>
      verifySignature(signed, credential, secret, {
        nowMilliseconds: now.getTime(),
        maxSkewSeconds: MAX_SKEW_SECONDS,
        services: ["portcullis"],
        payload: { kind: "body", bytes: body },
      }),
  });
  if (!authentication.ok) throw new ApiError(authentication.code, authentication.message);
  const { caller, organization } = authentication;
  return { caller, organization };
}
