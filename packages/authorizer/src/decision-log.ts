/** One line for each decision, wherever it is made. Secrets, tokens and signatures are never in it. */
export interface DecisionLine {
  readonly type: "decision";
  readonly time: string;
  readonly decisionId: string;
  readonly requestId?: string | undefined;
  readonly outcome: "allowed" | "implicitDeny" | "explicitDeny" | "unauthenticated" | "error";
  readonly reason?: string | undefined;
  readonly principal?: string | undefined;
  readonly account?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly region?: string | undefined;
  /** `policy#index` or `policy#Sid` of the statements that decided. */
  readonly statements?: readonly string[] | undefined;
  readonly sourceIp?: string | undefined;
  readonly milliseconds?: number | undefined;
  readonly roundTrips?: number | undefined;
  readonly cold?: boolean | undefined;
}

export type Log = (line: DecisionLine) => void;

/** A JSON line on stdout. Lambda and the local server both take stdout for the log. */
export const logToStdout: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
