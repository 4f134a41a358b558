import type { LoggedEvent } from "@portcullis/iam/record/audit-event";
import type { DecisionDetail } from "@portcullis/iam/record/decision";

/** One line for each decision, wherever it is made. It holds no secret, token or signature. */
export interface DecisionLine {
  readonly type: "decision";
  /** ISO 8601. */
  readonly time: string;
  readonly decisionId: string;
  readonly requestId?: string | undefined;
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  /** An ARN. */
  readonly principal?: string | undefined;
  /** The caller who asked whether the principal may do it, where it was not the principal itself. */
  readonly askedBy?: string | undefined;
  /** The principal's unique id, which is never used again. Of a role session `AROA...:session`. */
  readonly userId?: string | undefined;
  readonly account?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  /** The resource with what the route's parameters say as `*`. */
  readonly resourcePattern?: string | undefined;
  /** The protected API, as ARNs name it. */
  readonly api?: string | undefined;
  /** The HTTP method of a request to a protected API. */
  readonly method?: string | undefined;
  /** The route key of a request to a protected API, such as `GET /orders/{orderId}`. */
  readonly route?: string | undefined;
  readonly region?: string | undefined;
  /** `policy#index` or `policy#Sid` of the statements that decided. */
  readonly statements?: readonly string[] | undefined;
  /** Of a denial: the allows that came nearest, and which of their parts did not match. */
  readonly nearMisses?: readonly string[] | undefined;
  /** Of a denial: condition keys that policies ask for and the request lacks. */
  readonly missingContext?: readonly string[] | undefined;
  /** Of a denial, and of an allow whose principal is traced: what explains it later. */
  readonly detail?: DecisionDetail | undefined;
  readonly traced?: boolean | undefined;
  /** The API lets through what is denied. Every line of such an API says so. */
  readonly observing?: true | undefined;
  /** The denial was let through. */
  readonly observed?: true | undefined;
  /** Audit events that no change has written. */
  readonly audit?: readonly LoggedEvent[] | undefined;
  readonly sourceIp?: string | undefined;
  readonly milliseconds?: number | undefined;
  /** Calls to the store. */
  readonly roundTrips?: number | undefined;
  /** Whether it was the first decision of its process. */
  readonly cold?: boolean | undefined;
  /** How long a permission may be used after it changed, where that is allowed. */
  readonly staleAtMostSeconds?: number | undefined;
}

/**
 * `invalid`: the request was refused before there was anything to decide. `failed`: it was allowed,
 * and its operation then ended with an error of the API. `error`: a fault of the server.
 */
export type Outcome =
  | "allowed"
  | "implicitDeny"
  | "explicitDeny"
  | "unauthenticated"
  | "invalid"
  | "failed"
  | "error";

export type Log = (line: DecisionLine) => void;
