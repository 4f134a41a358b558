import {
  type Issue,
  type Policy,
  type PolicyKind,
  parsePolicy,
  policySize,
} from "@portcullis/policy";
import { ApiError } from "./error.ts";

/**
 * Parses a submitted policy document.
 * @throws {ApiError} `MalformedPolicyDocument` with the messages of all issues
 */
export function checkDocument(text: string, kind: PolicyKind): Policy {
  const result = parsePolicy(text, kind);
  if (!result.ok) throw malformed(result.issues);
  return result.policy;
}

/** The size of a document in characters without whitespace, as AWS's quotas count it. */
export const documentSize = (text: string): number => policySize(text);

/**
 * A document as answers contain it: percent-encoded by RFC 3986. `encodeURIComponent` leaves out
 * `!'()*`.
 */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

// AWS's message comes first, and unchanged if it is the only one. Messages of our own follow.
function malformed(issues: readonly Issue[]): ApiError {
  const sentences = [...new Set(issues.map((issue) => issue.message))];
  const messages = sentences.map((text, index) =>
    index === sentences.length - 1 || text.endsWith(".") ? text : `${text}.`,
  );
  return new ApiError("MalformedPolicyDocument", messages.join(" "));
}
