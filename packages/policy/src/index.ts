export { type Arn, splitArn } from "./arn.ts";
export { authorize } from "./authorize.ts";
export { type CompiledPolicy, type CompileOptions, compilePolicy } from "./compile.ts";
export { requiredContextKeys } from "./context-keys.ts";
export type { Decision, PolicyType, StatementReference } from "./decision.ts";
export {
  type Explanation,
  explain,
  type FailedCondition,
  type Failure,
  type MatchedStatement,
  type NearMiss,
  type Verdict,
} from "./explain.ts";
export type { Issue } from "./issue.ts";
export { LIMITS } from "./limits.ts";
export { type ParseResult, parsePolicy } from "./parse.ts";
export type {
  ConditionEntry,
  Effect,
  PatternElement,
  Policy,
  PolicyKind,
  PrincipalElement,
  PrincipalName,
  Statement,
} from "./policy.ts";
export { type Position, statementPosition } from "./position.ts";
export { printPolicy } from "./print.ts";
export type {
  ApplicablePolicies,
  AuthorizationRequest,
  ContextValue,
  Principal,
  RequestContext,
} from "./request.ts";
export { policySize } from "./size.ts";
export { matchesWildcard } from "./wildcard.ts";

// The pieces that an analysis of policies needs beside the engine.
export { type Clause, compileClause, holds } from "./condition.ts";
export { type Decimal, parseDecimal } from "./decimal.ts";
export { parseInstant } from "./instant.ts";
export { type IpRange, parseIpRange } from "./ip-address.ts";
export { KINDS, type KindRules } from "./kind.ts";
export { type OperatorName, parseOperatorName } from "./operator.ts";
export { type CompiledPrincipal, compilePrincipal, type Naming, naming } from "./principal.ts";
export { parseTemplate, type Template, type Variable, variablesOf } from "./template.ts";
export { ANY_CHARACTER, ANY_TEXT } from "./wildcard.ts";
