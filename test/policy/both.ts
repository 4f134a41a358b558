import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { decide } from "../reference/evaluate.ts";
import type { Document, Request } from "../reference/request.ts";

/**
 * What the engine decides, in the oracle's words: the same whether statements are tried one by one
 * or found by the index.
 */
export function engineDecision(
  request: Request,
  principalIds?: ReadonlyMap<string, string>,
): string {
  const decision = inWords(authorize(toEngine(request, principalIds)));
  const byIndex = inWords(authorize(toEngine(request, principalIds, withManyResources)));
  if (byIndex !== decision) throw new Error(`one by one: ${decision}; by the index: ${byIndex}`);
  return decision;
}

/** So many resource patterns that the index is used, none of which matters. */
function withManyResources(document: Document, type: PolicyType): Document {
  if (type === "role trust") return document;
  const Resource = Array.from({ length: 17 }, (_, index) => `arn:aws:nowhere:::${index}`);
  const many = { Effect: "Allow" as const, Action: "*", Resource };
  const statement = type === "resource-based" ? { ...many, Principal: "*" } : many;
  return { ...document, Statement: [...document.Statement, statement] };
}

/** What the oracle decides; its explicit denies do not say of which policy. */
export function oracleDecision(request: Request): string {
  return decide(request);
}

export function inWords(decision: Decision): string {
  if (decision.outcome === "implicitDeny") return `implicitDeny: ${decision.missing}`;
  return decision.outcome === "explicitDeny" ? `explicitDeny: ${decision.deniedBy}` : "allowed";
}

export function toEngine(
  request: Request,
  principalIds: ReadonlyMap<string, string> = new Map(),
  change: (document: Document, type: PolicyType) => Document = (document) => document,
) {
  const { principal, action, resource, resourceAccount, context, trust } = request;
  const { identity, boundary, session, serviceControl, ofResource } = request;
  const all = (documents: readonly Document[], type: PolicyType) =>
    documents.map((document) => compiled(change(document, type), type, principalIds));
  return {
    principal,
    action,
    resource,
    ...(resourceAccount === undefined ? {} : { resourceAccount }),
    context: new Map(Object.entries(context)),
    policies: {
      identity: all(identity, "identity-based"),
      ...(boundary && { boundary: all(boundary, "permissions boundary") }),
      ...(session && { session: all(session, "session") }),
      ...(serviceControl && {
        serviceControl: serviceControl.map((level) => all(level, "service control")),
      }),
      ...(ofResource && {
        resource: all(ofResource, trust === true ? "role trust" : "resource-based"),
      }),
    },
  };
}

const KINDS: Readonly<Record<PolicyType, PolicyKind>> = {
  "identity-based": "identity",
  "permissions boundary": "boundary",
  session: "session",
  "service control": "serviceControl",
  "resource-based": "resource",
  "role trust": "trust",
};

export function compiled(
  document: object,
  type: PolicyType,
  principalIds: ReadonlyMap<string, string> = new Map(),
): CompiledPolicy {
  const parsed = parsePolicy(written(document), KINDS[type]);
  if (!parsed.ok)
    throw new Error(`${JSON.stringify(parsed.issues[0])} in ${JSON.stringify(document)}`);
  return compilePolicy(parsed.policy, { policyId: "test", type, principalIds });
}

/** As JSON; characters that no document may hold are in escapes, where any may be. */
export const written = (document: object): string =>
  JSON.stringify(document).replace(
    /[^\u0020-\u00ff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
