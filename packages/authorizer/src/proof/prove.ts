import {
  readCredential,
  type SignedRequest,
  type Verified,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { accessKeyIdForLog, messageForLog } from "../log/redaction.ts";
import { authenticate } from "./authenticate.ts";
import { proveToken } from "./bearer.ts";
import type { Proof, ProofInput } from "./proof.ts";

/** Signatures of protected APIs hold for 5 minutes around their time. */
const MAX_SKEW_SECONDS = 300;

/**
 * Proves the caller by a signature or a bearer token. Before the proof it reads only the records
 * that the proof needs.
 */
export async function prove(input: ProofInput): Promise<Proof> {
  const { request, directory, policies, now } = input;
  const presented = presentedBy(request.signed);
  if (presented.kind === "malformed") return { ok: false, reason: presented.reason };
  if (presented.kind === "token") return proveBearer(presented.token, input);
  const read = readCredential(request.signed);
  if (!read.ok) return { ok: false, reason: `${read.code}: ${messageForLog(read.message)}` };
  const { credential } = read;
  const authentication = await authenticate({
    directory,
    policies,
    credential,
    now,
    verify: (secret) => verifyAny(input, credential, secret),
  });
  if (authentication.ok) {
    const signed = new Set(credential.signedHeaders);
    return { ...authentication, by: "signature", isSigned: (header) => signed.has(header) };
  }
  const { reason, accessKeyId = "" } = authentication;
  return { ok: false, reason: messageForLog(reason), accessKeyId: accessKeyIdForLog(accessKeyId) };
}

/** Tries each form that the path may have had on the wire. */
function verifyAny(
  { request, now, allowUnsigned = false }: ProofInput,
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

type Presented =
  | { readonly kind: "signature" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "malformed"; readonly reason: string };

/**
 * What the request presents: a bearer token and nothing else that could be credentials, or a
 * signature.
 */
function presentedBy({ headers, rawQuery }: SignedRequest): Presented {
  const lines = headers.filter(([name]) => name.toLowerCase() === "authorization");
  const bearer = lines.find(([, value]) => /^Bearer(?: |$)/i.test(value))?.[1];
  if (bearer === undefined) return { kind: "signature" };
  if (lines.length > 1)
    return { kind: "malformed", reason: "a bearer token beside another Authorization header" };
  if (/x-amz-/i.test(rawQuery))
    return { kind: "malformed", reason: "a bearer token beside a signature in the query" };
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(bearer) ?? [];
  return token === undefined
    ? { kind: "malformed", reason: "the Authorization header holds `Bearer` and not one JWT" }
    : { kind: "token", token };
}

async function proveBearer(token: string, input: ProofInput): Promise<Proof> {
  const { bearer } = input;
  if (bearer === undefined) return { ok: false, reason: "this API takes no bearer tokens" };
  // Loaded with the first token: most callers sign.
  const verification = await import("@portcullis/iam/federation/token-verification");
  return proveToken(token, { ...input, bearer, verification });
}
