/** A policy made ready for evaluation; only the compiler makes one. */
export interface CompiledPolicy {
  readonly policyId: string;
}
