import { readCredential, type Verified, verifySignature } from "@portcullis/protocol/sigv4";
import type { ApiRequest } from "./api-request.ts";
import { type Authentication, authenticate } from "./authenticate.ts";
import { accessKeyIdForLog, messageForLog } from "./decision-log.ts";
import type { Directory } from "./identity.ts";
import type { PolicySource } from "./policy-source.ts";

/** Who makes the request, or why nobody can tell. */
export type Proof =
  | (Extract<Authentication, { ok: true }> & {
      /** Whether a header is the caller's own word. */
      readonly isSigned: (lowerCaseHeader: string) => boolean;
    })
  | { readonly ok: false; readonly reason: string; readonly accessKeyId?: string };

export interface Proving {
  readonly request: ApiRequest;
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly now: Date;
  readonly allowUnsigned: boolean | undefined;
}

/** Signatures of protected APIs hold for 5 minutes around their time. */
const MAX_SKEW_SECONDS = 300;

/** Whose request it is: proven before anything more is read than the records that the proof needs. */
export async function prove(proving: Proving): Promise<Proof> {
  const { request, directory, policies, now } = proving;
  const read = readCredential(request.signed);
  if (!read.ok) return { ok: false, reason: `${read.code}: ${messageForLog(read.message)}` };
  const { credential } = read;
  const authentication = await authenticate({
    directory,
    policies,
    credential,
    now,
    verify: (secret) => verifyAny(proving, credential, secret),
  });
  if (authentication.ok) {
    const signed = new Set(credential.signedHeaders);
    return { ...authentication, isSigned: (header) => signed.has(header) };
  }
  const { reason, accessKeyId = "" } = authentication;
  return { ok: false, reason: messageForLog(reason), accessKeyId: accessKeyIdForLog(accessKeyId) };
}

/** One of the spellings that the path may have had must have been signed. */
function verifyAny(
  { request, now, allowUnsigned = false }: Proving,
  credential: Parameters<typeof verifySignature>[1],
  secret: string,
): Verified {
  const { signed, region, body } = request;
  const options = {
    nowMilliseconds: now.getTime(),
    maxSkewSeconds: MAX_SKEW_SECONDS,
    services: ["execute-api"],
    region,
    payload:
      body === undefined
        ? ({ kind: "declared", allowUnsigned } as const)
        : ({ kind: "body", bytes: body, allowUnsigned } as const),
  };
  const [first = signed.rawPath, ...others] = request.spellings ?? [];
  let verified = verifySignature({ ...signed, rawPath: first }, credential, secret, options);
  for (const rawPath of others) {
    if (verified.ok) break;
    verified = verifySignature({ ...signed, rawPath }, credential, secret, options);
  }
  return verified;
}
