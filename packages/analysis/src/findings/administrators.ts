import { type Decider, type Verdict, worstOf } from "../account/decider.ts";
import type { Directory, Entity, OwnedPolicy } from "../account/directory.ts";
import type { AccountFinding, Evidence } from "./finding.ts";
import { makeFinding, placeOf, statementEvidence } from "./make-finding.ts";

/** An entity that is allowed everything, and the statement that allows it. */
export interface Administrator {
  readonly verdict: Exclude<Verdict, "denied">;
  readonly evidence: readonly Evidence[];
}

/** What only an administrator may do all of. */
function probes(
  account: string,
): readonly { readonly action: string; readonly resource: string }[] {
  return [
    { action: "iam:PutUserPolicy", resource: `arn:aws:iam::${account}:user/anybody` },
    { action: "iam:UpdateAssumeRolePolicy", resource: `arn:aws:iam::${account}:role/any-role` },
    { action: "any-service:AnyAction", resource: "*" },
  ];
}

/**
 * How an entity is an administrator, and by which statement; undefined if it is none. Its boundary,
 * service control policies and denies count.
 */
export function administratorOf(
  entity: Entity,
  { account }: Directory,
  decider: Decider,
): Administrator | undefined {
  for (const policy of entity.policies) {
    const index = allowingAll(policy);
    if (index < 0) continue;
    const verdict = worstOf(probes(account).map((question) => decider.decide(entity, question)));
    return verdict === "denied"
      ? undefined
      : { verdict, evidence: statementEvidence(policy, index) };
  }
  return undefined;
}

function allowingAll({ document }: OwnedPolicy): number {
  return (document.policy?.statements ?? []).findIndex(({ effect, action, resource }) => {
    if (effect === "Deny" || action.match === "except" || resource?.match !== "only") return false;
    return (
      action.patterns.some((pattern) => pattern === "*" || pattern === "*:*") &&
      resource.patterns.includes("*")
    );
  });
}

/**
 * The finding that an entity is an administrator. A user that always is one is HIGH, anything else
 * MEDIUM.
 */
export function administratorFinding(
  entity: Entity,
  { verdict, evidence }: Administrator,
): AccountFinding {
  const always = verdict === "allowed";
  return makeFinding({
    kind: "Administrator",
    severity: entity.type === "User" && always ? "HIGH" : "MEDIUM",
    ...placeOf(entity),
    title: `The ${entity.type.toLowerCase()} is an administrator`,
    details: always
      ? "It may do everything on everything."
      : "It may do everything on everything, on conditions.",
    evidence,
    remedy:
      "Grant the actions that it uses, and keep administrators few: a policy can be generated from what it did.",
  });
}
