import { lintPolicy, type PolicyFinding } from "../../packages/analysis/src/index.ts";
import type { PolicyKind } from "../../packages/policy/src/index.ts";
import { SERVICES } from "./services.ts";

export type Statement = Readonly<Record<string, unknown>>;

/** A statement of an identity policy that has no finding. */
export const GET = {
  Effect: "Allow",
  Action: "orders:GetOrder",
  Resource: "arn:aws:orders:*:*:order/7",
};
/** A statement of a role trust policy that has no finding but warnings. */
export const TRUST = {
  Effect: "Allow",
  Principal: { AWS: "111122223333" },
  Action: "sts:AssumeRole",
};
/** A statement of a resource policy that has no finding. */
export const OF_RESOURCE = { ...GET, Principal: { AWS: "111122223333" } };

export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
/** A policy of one statement: `GET` with these members. */
export const get = (more: Statement): string => policy({ ...GET, ...more });
/** A policy of one statement with one condition operator. */
export const when = (operator: string, keys: object, more: Statement = {}): string =>
  get({ Condition: { [operator]: keys }, ...more });

export function lint(text: string, kind: PolicyKind = "identity"): readonly PolicyFinding[] {
  return lintPolicy(text, { kind, services: SERVICES }).findings;
}
