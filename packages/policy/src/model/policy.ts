/** Where a document is to stand; its kind decides which elements it must and must not have. */
export type PolicyKind =
  | "identity"
  | "boundary"
  | "session"
  | "resource"
  | "trust"
  | "serviceControl";

export type Effect = "Allow" | "Deny";

/** A document that was read and found valid; only `parsePolicy` makes one. */
export interface Policy {
  readonly kind: PolicyKind;
  /** An absent Version means 2008-10-17: then variables are literal text. */
  readonly version: "2008-10-17" | "2012-10-17" | undefined;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly principal: PrincipalElement | undefined;
  readonly action: PatternElement;
  /** Undefined in trust policies only: the role itself is meant. */
  readonly resource: PatternElement | undefined;
  readonly condition: readonly ConditionEntry[];
  /** Where the statement's braces are in the document's text: the first's index, and the index behind the last. */
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

export interface PrincipalName {
  readonly type: "AWS" | "Federated" | "Service" | "CanonicalUser";
  readonly value: string;
}

/** One key under one operator. All entries of a statement must hold. */
export interface ConditionEntry {
  /** As the document spells it, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** As the document spells it; keys are compared in lower case. */
  readonly key: string;
  /** Numbers and booleans as the document spells them. */
  readonly values: readonly string[];
}
