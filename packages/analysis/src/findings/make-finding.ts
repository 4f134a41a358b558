import type { Entity, OwnedPolicy } from "../account/directory.ts";
import { statementId } from "../statement/statements.ts";
import type { AccountFinding, Evidence } from "./finding.ts";

/** A finding with its id. `subject` distinguishes findings of one kind on one resource. */
export function makeFinding(finding: Omit<AccountFinding, "id">, subject = ""): AccountFinding {
  return { id: findingId([finding.kind, finding.resource, subject]), ...finding };
}

/** What a finding is about. */
export type Place = Pick<AccountFinding, "resource" | "resourceType">;

/** A user or role, with its type as CloudFormation names it. */
export const placeOf = ({ arn, type }: Pick<Entity, "arn" | "type">): Place => ({
  resource: arn,
  resourceType: `AWS::IAM::${type}`,
});

/** In the form of a UUID. FNV-1a over four seeds: no secret, but the same for the same matter. */
function findingId(parts: readonly string[]): string {
  const text = JSON.stringify(parts);
  const hex = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => {
    let hash = seed;
    for (let at = 0; at < text.length; at++)
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  });
  return hex.join("").replace(/(.{8})(....)(....)(....)/, "$1-$2-$3-$4-");
}

/** A statement as evidence, cut from its document's text. */
export function statementEvidence(
  { id, document }: OwnedPolicy,
  index: number,
): readonly Evidence[] {
  const statement = document.policy?.statements[index];
  if (statement === undefined) return [];
  const { sid, start, end } = statement;
  return [
    {
      type: "statement",
      policy: id,
      statementIndex: index,
      ...statementId(sid),
      text: document.text.slice(start, Math.min(end, start + MOST_TEXT)),
    },
  ];
}

const MOST_TEXT = 2_000;
