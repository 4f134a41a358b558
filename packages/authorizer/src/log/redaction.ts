/**
 * An access key id for the log. Such ids are no secrets (IAM UG/reference_identifiers). What a
 * caller sent in the place of one may be.
 */
export const accessKeyIdForLog = (given: string): string =>
  /^A[KS]IA[A-Z0-9]{12,28}$/.test(given) ? given : `${given.slice(0, 4)}...`;

/**
 * The message of a refusal for the log. Quoted values of the request are left out unless they are
 * of a harmless form: a caller may have put a secret in a wrong place.
 */
export const messageForLog = (message: string): string =>
  message.replace(/'[^']*'|`[^`]*`/g, (quoted) =>
    HARMLESS.test(quoted.slice(1, -1)) ? quoted : "'...'",
  );

/** Words, paths in an input, regions, services, dates, and names of headers and parameters. */
const HARMLESS = new RegExp(
  `^(?:${[
    "[A-Za-z][A-Za-z ]{0,19}",
    "[A-Za-z]{1,20}(?:\\.[A-Za-z0-9]{1,12}){1,4}",
    "(?:x-amz-)?[a-z][a-z0-9-]{0,19}",
    "X-Amz-[A-Za-z0-9-]{1,20}",
    "AWS4-[A-Z0-9-]{1,20}",
    "\\d{8}(?:T\\d{6}Z)?",
    "aws4_request",
  ].join("|")})$`,
);
