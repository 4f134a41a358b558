/**
 * The limits that bound the work of one input, whatever quotas apply (IAM UG/reference_iam-quotas
 * has AWS's, which are far lower and are checked where a document is stored).
 */
export const LIMITS = {
  /** Characters of a document, white space included. */
  documentCharacters: 16_777_216,
  /** Depth of objects and arrays; a policy needs seven. */
  nesting: 16,
  /** Issues in one report. Additional ones are left out. */
  issues: 100,
  /**
   * Steps of one decision, each about one character compared: some 20 ms. Beyond it a request is
   * denied.
   */
  decisionSteps: 8_000_000,
} as const;
