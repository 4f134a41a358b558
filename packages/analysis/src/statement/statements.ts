import {
  type ConditionEntry,
  type Effect,
  type Issue,
  type PatternElement,
  type Policy,
  type PolicyKind,
  type PrincipalElement,
  parsePolicy,
} from "@portcullis/policy";

/** A statement on its own, with all that its meaning depends on. */
export interface StatementModel {
  /** Its place: which document, and which statement in it. */
  readonly document: number;
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly action: PatternElement;
  readonly resource: PatternElement;
  readonly principal: PrincipalElement | undefined;
  readonly condition: readonly ConditionEntry[];
  /** Its document has policy variables. */
  readonly variables: boolean;
}

/** Some policies of one kind, which apply together. */
export interface PolicySet {
  readonly kind: PolicyKind;
  readonly policies: readonly Policy[];
  readonly allows: readonly StatementModel[];
  readonly denies: readonly StatementModel[];
}

export type SetResult =
  | { readonly ok: true; readonly set: PolicySet }
  | { readonly ok: false; readonly document: number; readonly issues: readonly Issue[] };

/**
 * Characters that the documents of a check may have in all, far beyond what any quota lets a
 * principal have.
 */
const MOST_CHARACTERS = 1_048_576;

/** Whether texts of a check have more than {@link MOST_CHARACTERS} in all. */
export const areTooLarge = (texts: readonly string[]): boolean =>
  texts.reduce((sum, { length }) => sum + length, 0) > MOST_CHARACTERS;

/** A statement's id, as findings and reasons have it: absent if the statement has none. */
export const statementId = (sid: string | undefined): { readonly statementId?: string } =>
  sid === undefined || sid === "" ? {} : { statementId: sid };

/**
 * Parses documents of one kind. Returns the issues of the first that is not valid; never throws.
 */
export function readSet(documents: readonly string[], kind: PolicyKind): SetResult {
  const policies: Policy[] = [];
  for (const [document, text] of documents.entries()) {
    const parsed = parsePolicy(text, kind);
    if (!parsed.ok) return { ok: false, document, issues: parsed.issues };
    policies.push(parsed.policy);
  }
  return { ok: true, set: policySet(policies, kind) };
}

/** Parsed policies of one kind with their statements by effect, in the order of the documents. */
export function policySet(policies: readonly Policy[], kind: PolicyKind): PolicySet {
  const statements = policies.flatMap(statementsOf);
  return {
    kind,
    policies,
    allows: statements.filter(({ effect }) => effect === "Allow"),
    denies: statements.filter(({ effect }) => effect === "Deny"),
  };
}

/**
 * A policy of one statement.
 *
 * @throws TypeError if a policy of the kind can't have the statement
 */
export function policyOf(Statement: object, kind: PolicyKind): Policy {
  const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), kind);
  if (!parsed.ok) throw new TypeError(`no policy of kind ${kind} has the statement`);
  return parsed.policy;
}

/** The statements of a policy, in their order. */
export function statementsOf(policy: Policy, document: number): StatementModel[] {
  return policy.statements.map((statement, index) => ({
    document,
    index,
    sid: statement.sid,
    effect: statement.effect,
    action: statement.action,
    resource: statement.resource ?? EVERYTHING,
    principal: statement.principal,
    condition: statement.condition,
    variables: policy.version === "2012-10-17",
  }));
}

/** A trust policy speaks of its role only. */
const EVERYTHING: PatternElement = { match: "only", patterns: ["*"] };
