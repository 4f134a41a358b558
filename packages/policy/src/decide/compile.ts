import type { Glob } from "../match/wildcard.ts";
import type { PolicyType } from "../model/decision.ts";
import type { Policy } from "../model/policy.ts";
import { compileStatement } from "./statement.ts";
import type { StatementIndex } from "./statement-index.ts";
import type { StatementsByAction } from "./statements-by-action.ts";

/** A policy made ready for evaluation; only the compiler makes one. */
export interface CompiledPolicy extends StatementsByAction {
  readonly policyId: string;
  readonly type: PolicyType;
  /** What it was made from, for explanations. */
  readonly policy: Policy;
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
    actionPatterns: [...knownActions.values()],
    actionCache: new Map(),
    index: undefined,
  };
}

const NO_IDS: ReadonlyMap<string, string> = new Map();
