import type { DocumentInput } from "@portcullis/analysis";
import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { InputFault } from "../input-fault.ts";

/** Compiles documents, each once. */
export interface CompiledDocuments {
  compile(document: DocumentInput, policyId: string, type: PolicyType): CompiledPolicy;
  /** All that were compiled so far. */
  all(): Iterable<CompiledPolicy>;
}

const KINDS: Readonly<Record<PolicyType, PolicyKind>> = {
  "identity-based": "identity",
  "resource-based": "resource",
  "permissions boundary": "boundary",
  session: "session",
  "service control": "serviceControl",
  "role trust": "trust",
};

export function compiledDocuments(): CompiledDocuments {
  const compiled = new Map<string, CompiledPolicy>();
  return {
    compile(document, policyId, type) {
      const key = `${type} ${policyId}`;
      const former = compiled.get(key);
      if (former !== undefined) return former;
      const parsed = parsePolicy(textOf(document), KINDS[type]);
      if (!parsed.ok) {
        const [issue] = parsed.issues;
        const at = issue?.path ? ` at ${issue.path}` : "";
        throw new InputFault(
          `Policy ${policyId} is not valid: ${(issue?.message ?? "Syntax errors in policy.").replace(/\.$/, "")}${at}.`,
        );
      }
      const policy = compilePolicy(parsed.policy, { policyId, type });
      compiled.set(key, policy);
      return policy;
    },
    all: () => compiled.values(),
  };
}

/** JSON text, percent-encoded JSON text as the wire has it, or data as the CLI has it. */
export function textOf(document: DocumentInput): string {
  if (typeof document !== "string") return JSON.stringify(document);
  if (!/^\s*%7B/i.test(document)) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    // What is left is reported as the syntax error that it is.
    return document;
  }
}
