import {
  readCredential,
  type SignedRequest,
  type Verified,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { accessKeyIdForLog, messageForLog } from "../log/decision-log.ts";
import { authenticate } from "./authenticate.ts";
import type { Proof, Proving } from "./proof.ts";

/** Signatures of protected APIs hold for 5 minutes around their time. */
const MAX_SKEW_SECONDS = 300;

/** Whose request it is: proven before anything more is read than the records that the proof needs. */
export async function prove(proving: Proving): Promise<Proof> {
  const { request, directory, policies, now } = proving;
  const token = bearerToken(request.signed);
  if (token !== undefined) return proveBearer(token, proving);
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
    return { ...authentication, by: "signature", isSigned: (header) => signed.has(header) };
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

/** The token of a request that carries one, and nothing else that could be taken for credentials. */
function bearerToken({ headers, rawQuery }: SignedRequest): string | undefined {
  const lines = headers.filter(([name]) => name.toLowerCase() === "authorization");
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(lines[0]?.[1] ?? "") ?? [];
  return lines.length === 1 && !/x-amz-/i.test(rawQuery) ? token : undefined;
}

async function proveBearer(token: string, proving: Proving): Promise<Proof> {
  const { bearer } = proving;
  if (bearer === undefined) return { ok: false, reason: "tokens are not taken by this API" };
  // Loaded with the first token: most callers sign.
  const { proveToken } = await import("./bearer.ts");
  return proveToken(token, { ...proving, bearer });
}
