/** One line for each decision, wherever it is made. Secrets, tokens and signatures are never in it. */
export interface DecisionLine {
  readonly type: "decision";
  readonly time: string;
  readonly decisionId: string;
  readonly requestId?: string | undefined;
  /** `invalid`: the request was refused before there was anything to decide. */
  readonly outcome:
    | "allowed"
    | "implicitDeny"
    | "explicitDeny"
    | "unauthenticated"
    | "invalid"
    | "error";
  readonly reason?: string | undefined;
  readonly principal?: string | undefined;
  /** The principal's unique id, which no other ever has: of a role session `AROA...:session`. */
  readonly userId?: string | undefined;
  readonly account?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  /** The protected API, as ARNs call it. */
  readonly api?: string | undefined;
  readonly region?: string | undefined;
  /** `policy#index` or `policy#Sid` of the statements that decided. */
  readonly statements?: readonly string[] | undefined;
  /** Of a denial: the allows that came nearest, and what of them failed. */
  readonly nearMisses?: readonly string[] | undefined;
  /** Of a denial: condition keys that policies asked for and that the request does not have. */
  readonly missingContext?: readonly string[] | undefined;
  readonly sourceIp?: string | undefined;
  readonly milliseconds?: number | undefined;
  readonly roundTrips?: number | undefined;
  readonly cold?: boolean | undefined;
  /** Where permissions may be used for a while after they changed: for how long at most. */
  readonly staleAtMostSeconds?: number | undefined;
}

export type Log = (line: DecisionLine) => void;

/** A JSON line on stdout. Lambda and the local server both take stdout for the log. */
export const logToStdout: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Access key ids are no secrets; what somebody sent in the place of one may be (IAM UG/reference_identifiers). */
export const accessKeyIdForLog = (given: string): string =>
  /^A[KS]IA[A-Z0-9]{12,28}$/.test(given) ? given : `${given.slice(0, 4)}...`;

/** A refusal's message for the log, without values out of the request but plain ones: a secret may have been put in a wrong place. */
export const messageForLog = (message: string): string =>
  message.replace(/'[^']*'|`[^`]*`/g, (quoted) =>
    PLAIN.test(quoted.slice(1, -1)) ? quoted : "'...'",
  );

/** Words, places in an input, regions, services, dates, and names of headers and parameters. */
const PLAIN =
  /^(?:[A-Za-z][A-Za-z ]{0,19}|[A-Za-z]{1,20}(?:\.[A-Za-z0-9]{1,12}){1,4}|(?:x-amz-)?[a-z][a-z0-9-]{0,19}|X-Amz-[A-Za-z0-9-]{1,20}|AWS4-[A-Z0-9-]{1,20}|\d{8}(?:T\d{6}Z)?|aws4_request)$/;
