import type { Glob } from "../match/wildcard.ts";
import type { PolicyType } from "../model/decision.ts";
import type { Policy } from "../model/policy.ts";
import { compileStatement } from "./statement.ts";
import type { StatementIndex } from "./statement-index.ts";
import type { StatementsByAction } from "./statements-by-action.ts";

/** A policy, ready for evaluation. Only `compilePolicy` makes one. */
export interface CompiledPolicy extends StatementsByAction {
  readonly policyId: string;
  readonly type: PolicyType;
  /** What it was compiled from, for explanations. */
  readonly policy: Policy;
  /** All statements by resource, built when a request first needs it. */
  index: StatementIndex | undefined;
}

/** What a document does not say of its policy. */
export interface CompileOptions {
  /** The `policyId` of statement references. */
  readonly policyId: string;
  readonly type: PolicyType;
  /**
   * The unique ids (`AIDA...`, `AROA...`) that the document's principal ARNs had when it was
   * stored. Such an ARN names only a principal that still has the id, not a re-created user or
   * role.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/**
 * Compiles a policy for evaluation, in time linear in its length. The result caches what requests
 * need and may be shared by any number of requests.
 */
export function compilePolicy(policy: Policy, options: CompileOptions): CompiledPolicy {
  const { policyId, type, principalIds = NO_IDS } = options;
  const variables = policy.version === "2012-10-17";
  const knownActions = new Map<string, Glob>();
  const statements = policy.statements.map((statement, index) => {
    const { sid } = statement;
    const location = { policyId, policyType: type, index };
    const reference = sid === undefined ? location : { ...location, sid };
    return compileStatement(statement, reference, { variables, principalIds, knownActions });
  });
  return {
    policyId,
    type,
    policy,
    statements,
    actionPatterns: [...knownActions.values()],
    actionCache: new Map(),
    index: undefined,
  };
}

const NO_IDS: ReadonlyMap<string, string> = new Map();
