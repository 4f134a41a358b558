import type { PolicyType } from "./decision.ts";
import type { Policy } from "./policy.ts";
import type { Speaking } from "./speaking.ts";
import { type CompiledStatement, compileStatement } from "./statement.ts";
import type { StatementIndex } from "./statement-index.ts";
import type { Glob } from "./wildcard.ts";

/** A policy made ready for evaluation; only the compiler makes one. */
export interface CompiledPolicy {
  readonly policyId: string;
  readonly type: PolicyType;
  /** What it was made from, for explanations. */
  readonly policy: Policy;
  readonly statements: readonly CompiledStatement[];
  /** The different patterns of its Action and NotAction elements. */
  readonly actions: readonly Glob[];
  /** Which statements speak of an action, of the actions that requests came with lately. */
  readonly speaking: Map<string, Speaking>;
  /** All statements by resource, from when a request first needs them so. */
  index: StatementIndex | undefined;
}

export interface CompileOptions {
  /** What `StatementReference.policyId` is to be. */
  readonly policyId: string;
  readonly type: PolicyType;
  /**
   * The unique ids (`AIDA...`, `AROA...`) that principal ARNs of the document meant when it was stored. Such an ARN then
   * names only who still has that id: a re-created user or role is somebody else.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/** Makes a policy ready, in time linear in its length. */
export function compilePolicy(policy: Policy, options: CompileOptions): CompiledPolicy {
  const { policyId, type, principalIds = NO_IDS } = options;
  const variables = policy.version === "2012-10-17";
  const knownActions = new Map<string, Glob>();
  const statements = policy.statements.map((statement, index) => {
    const { sid } = statement;
    const place = { policyId, policyType: type, index };
    const reference = sid === undefined ? place : { ...place, sid };
    return compileStatement(statement, reference, { variables, principalIds, knownActions });
  });
  return {
    policyId,
    type,
    policy,
    statements,
    actions: [...knownActions.values()],
    speaking: new Map(),
    index: undefined,
  };
}

const NO_IDS: ReadonlyMap<string, string> = new Map();
