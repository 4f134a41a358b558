/** What a document is for. It decides which elements the document must and must not have. */
export type PolicyKind =
  /** Inline policies of users, groups and roles, and managed policies as they are stored. */
  | "identity"
  /** Managed policies as they are created, which must have the current version. */
  | "managed"
  | "boundary"
  | "session"
  | "resource"
  | "trust"
  | "serviceControl";

/** What a statement does to the requests that it applies to. */
export type Effect = "Allow" | "Deny";

/** A valid document. Only `parsePolicy` makes one. */
export interface Policy {
  readonly kind: PolicyKind;
  /** Undefined means 2008-10-17: then variables are literal text. */
  readonly version: "2008-10-17" | "2012-10-17" | undefined;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

/** A statement as the document has it. */
export interface Statement {
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly principal: PrincipalElement | undefined;
  readonly action: PatternElement;
  /** Undefined in trust policies only: their resource is the role that has them. */
  readonly resource: PatternElement | undefined;
  readonly condition: readonly ConditionEntry[];
  /** Index of the statement's `{` in the document's text, and the index after its `}`. */
  readonly start: number;
  readonly end: number;
}

/** `Action` or `Resource` ("only"), `NotAction` or `NotResource` ("except"). */
export interface PatternElement {
  readonly match: "only" | "except";
  readonly patterns: readonly string[];
}

/** `Principal` ("only") or `NotPrincipal` ("except"). */
export interface PrincipalElement {
  readonly match: "only" | "except";
  /** `*` or `{"AWS": "*"}`. */
  readonly everyone: boolean;
  readonly names: readonly PrincipalName[];
}

/** One principal of a `Principal` or `NotPrincipal` element. */
export interface PrincipalName {
  readonly type: "AWS" | "Federated" | "Service" | "CanonicalUser";
  readonly value: string;
}

/** One key under one operator. All entries of a statement must be satisfied. */
export interface ConditionEntry {
  /** As the document spells it, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** As the document spells it. Keys are compared in lower case. */
  readonly key: string;
  /** Numbers and booleans as the document spells them. */
  readonly values: readonly string[];
}
