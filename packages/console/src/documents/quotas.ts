/** AWS's quotas of documents, in characters without white space (IAM UG/reference_iam-quotas). */
export const DOCUMENT_QUOTAS = {
  managed: 6144,
  /** Of all inline policies of one user, group or role together. */
  user: 2048,
  group: 5120,
  role: 10_240,
  trust: 2048,
  serviceControl: 5120,
} as const;
