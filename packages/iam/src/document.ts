import {
  type Issue,
  type Policy,
  type PolicyKind,
  parsePolicy,
  policySize,
} from "@portcullis/policy";
import { ApiError } from "./error.ts";

/** A document that a caller wants stored, checked whole. @throws {ApiError} `MalformedPolicyDocument` with every issue */
export function checkDocument(text: string, kind: PolicyKind): Policy {
  const result = parsePolicy(text, kind);
  if (!result.ok) throw malformed(result.issues);
  return result.policy;
}

/** Characters without whitespace, as AWS counts a document's size. */
export const documentSize = (text: string): number => policySize(text);

/** Documents are answered percent-encoded as RFC 3986 has it: also `!'()*`, which `encodeURIComponent` leaves. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

// AWS's sentence comes first and as it is when it is the only one; our further findings follow it.
function malformed(issues: readonly Issue[]): ApiError {
  const sentences = [...new Set(issues.map((issue) => issue.message))];
  const messages = sentences.map((text, at) =>
    at === sentences.length - 1 || text.endsWith(".") ? text : `${text}.`,
  );
  return new ApiError("MalformedPolicyDocument", messages.join(" "));
}
