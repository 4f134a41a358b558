import {
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import type { DocumentPart, PastedDocument } from "./simulation-case.ts";

/** A document of a simulation before it is compiled. */
export interface CaseDocument {
  readonly part: DocumentPart;
  /** What people know it by. */
  readonly name: string;
  readonly text: string;
  /** Of a service control policy: its level, from 0 at the organization's root. */
  readonly level?: number | undefined;
  /** The page of the policy, below `/console`. */
  readonly page?: string | undefined;
}

/** A document that takes part in decisions. */
export interface CasePolicy extends CaseDocument {
  readonly compiled: CompiledPolicy;
}

const KINDS: Readonly<Record<DocumentPart, readonly [PolicyKind, PolicyType]>> = {
  identity: ["identity", "identity-based"],
  boundary: ["boundary", "permissions boundary"],
  session: ["session", "session"],
  serviceControl: ["serviceControl", "service control"],
  resource: ["resource", "resource-based"],
  trust: ["trust", "role trust"],
};

export const parsedAs = (part: DocumentPart): PolicyKind => KINDS[part][0];

/** Undefined: the document is not valid. @param id tells the policies of one case apart */
export function casePolicy(document: CaseDocument, id: string): CasePolicy | undefined {
  const [kind, type] = KINDS[document.part];
  const parsed = parsePolicy(document.text, kind);
  if (!parsed.ok) return undefined;
  return { ...document, compiled: compilePolicy(parsed.policy, { policyId: id, type }) };
}

/** Service control policies by level. A request must be allowed by each level. */
function levels(all: readonly CasePolicy[]): readonly (readonly CompiledPolicy[])[] {
  const own = all.filter(({ part }) => part === "serviceControl");
  const byLevel = Map.groupBy(own, ({ level = Number.POSITIVE_INFINITY }) => level);
  return [...byLevel]
    .sort(([one], [other]) => one - other)
    .map(([, policies]) => policies.map(({ compiled }) => compiled));
}

/** The policies of a case by the parts that they play. */
export interface CasePolicies {
  readonly all: readonly CasePolicy[];
  /** Names of documents that are not valid: then nothing is decided. */
  readonly invalid: readonly string[];
  readonly applicable: ApplicablePolicies;
  /** Pasted trust policies: of whichever role a request assumes. */
  readonly trust: readonly CompiledPolicy[];
}

/**
 * Puts the documents of a principal and those that were pasted together. A pasted boundary takes
 * the place of the principal's own; pasted service control policies are a level below all others.
 */
export function casePolicies(
  own: readonly CaseDocument[],
  hasBoundary: boolean,
  pasted: readonly PastedDocument[],
): CasePolicies {
  const replacesBoundary = pasted.some(({ part }) => part === "boundary");
  const documents: readonly CaseDocument[] = [
    ...own.filter(({ part }) => part !== "boundary" || !replacesBoundary),
    ...pasted.map(({ part, text }, at) => ({ part, text, name: `Pasted document ${at + 1}` })),
  ];
  const read = documents.map((document, at) => ({
    document,
    policy: casePolicy(document, String(at)),
  }));
  const all = read.flatMap(({ policy }) => policy ?? []);
  const of = (part: DocumentPart) =>
    all.filter((policy) => policy.part === part).map(({ compiled }) => compiled);
  const has = (part: DocumentPart) => documents.some((document) => document.part === part);
  return {
    all,
    invalid: read.flatMap(({ document, policy }) => (policy === undefined ? [document.name] : [])),
    trust: of("trust"),
    applicable: {
      identity: of("identity"),
      ...(hasBoundary || has("boundary") ? { boundary: of("boundary") } : {}),
      ...(has("session") ? { session: of("session") } : {}),
      ...(has("serviceControl") ? { serviceControl: levels(all) } : {}),
      ...(has("resource") ? { resource: of("resource") } : {}),
    },
  };
}
