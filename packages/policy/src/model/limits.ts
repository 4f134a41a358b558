/**
 * What a document may be at most, whatever quota its owner has (IAM UG/reference_iam-quotas holds AWS's, which are
 * far lower and are checked where a document is stored). They bound the work that one input can cause.
 */
export const LIMITS = {
  /** Characters of a document, white space included. */
  documentCharacters: 16_777_216,
  /** Objects and arrays within each other; a policy needs seven. */
  nesting: 16,
  /** Issues in one report; further ones are left out. */
  issues: 100,
} as const;
