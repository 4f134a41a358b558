/**
 * A character that documents may contain as an escape only: other than tab, line feed, carriage
 * return and U+0020 to U+00FF (IAM UG/reference_policies_grammar).
 */
export const INVALID_CHARACTER: RegExp = /[^\t\n\r\u0020-\u00FF]/;
