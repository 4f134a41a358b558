import { type Decider, deciderOf } from "../account/decider.ts";
import {
  type Directory,
  type OwnedPolicy,
  readDirectory,
  trustPolicy,
} from "../account/directory.ts";
import type { AccountModel } from "../account/model.ts";
import { inSlices, type Progress } from "../account/progress.ts";
import { administratorFinding, administratorOf } from "./administrators.ts";
import { escalationFindings } from "./escalation.ts";
import type { AccountFinding, AnalysisPart, FindingsOptions, Severity } from "./finding.ts";
import { type Place, placeOf } from "./make-finding.ts";
import { policyFindings } from "./policies.ts";
import { trustFindings, unassumableFindings } from "./trust.ts";
import {
  createdSince,
  credentialFindings,
  permissionFindings,
  roleUseFindings,
  unusedSince,
} from "./unused.ts";

/** Items that one slice of work looks at. */
const SLICE = 5;

/**
 * The findings of an account, the most severe first. Runs in slices of some milliseconds, so that a
 * caller can let other work run between them. `runToEnd` runs all slices.
 */
export function* analyzeAccount(
  model: AccountModel,
  options: FindingsOptions = {},
): Generator<Progress, readonly AccountFinding[]> {
  const directory = yield* readDirectory(model);
  const decider = deciderOf(directory, new Map());
  const findings: AccountFinding[] = [];
  const isWanted = (part: AnalysisPart): boolean => options.parts?.includes(part) ?? true;
  if (isWanted("policies")) yield* policies(directory, options, findings);
  if (isWanted("principals") || isWanted("escalation")) {
    const administrators = yield* principals(directory, decider, options, findings);
    if (isWanted("escalation"))
      findings.push(...(yield* escalationFindings(directory, decider, administrators)));
  }
  if (isWanted("usage")) yield* unused(model, options, findings);
  return findings.sort(bySeverity);
}

/** Orders findings, the most severe first. */
export const bySeverity = (one: WithSeverity, other: WithSeverity): number =>
  RANKS[one.severity] - RANKS[other.severity];

type WithSeverity = Pick<AccountFinding, "severity">;

const RANKS: Readonly<Record<Severity, number>> = {
  CRITICAL: 0,
  HIGH: 1,
  MEDIUM: 2,
  LOW: 3,
  INFO: 4,
};

function* policies(
  directory: Directory,
  options: FindingsOptions,
  findings: AccountFinding[],
): Generator<Progress, void> {
  const all: (readonly [OwnedPolicy, Place])[] = [];
  for (const policy of directory.managed.values())
    all.push([policy, { resource: policy.id, resourceType: "AWS::IAM::Policy" }]);
  for (const { arn, policies: own } of directory.groups.values()) {
    for (const policy of own)
      if (!directory.managed.has(policy.id))
        all.push([policy, { resource: arn, resourceType: "AWS::IAM::Group" }]);
  }
  for (const entity of directory.entities) {
    const place = placeOf(entity);
    for (const policy of entity.policies)
      if (policy.group === undefined && !directory.managed.has(policy.id))
        all.push([policy, place]);
    if (entity.trust !== undefined && entity.trust.policy === undefined)
      all.push([trustPolicy(entity.arn, entity.trust), place]);
  }
  for (const level of directory.serviceControl)
    for (const policy of level)
      all.push([policy, { resource: policy.id, resourceType: "AWS::Organizations::Policy" }]);
  yield* inSlices("policies", all, SLICE, ([policy, place]) => {
    findings.push(...policyFindings(policy, place, options));
  });
}

/** The administrators' ARNs. */
function* principals(
  directory: Directory,
  decider: Decider,
  options: FindingsOptions,
  findings: AccountFinding[],
): Generator<Progress, ReadonlySet<string>> {
  const administrators = new Set<string>();
  yield* inSlices("principals", directory.entities, SLICE, (entity) => {
    const administrator = administratorOf(entity, directory, decider);
    if (administrator !== undefined) {
      administrators.add(entity.arn);
      findings.push(administratorFinding(entity, administrator));
    }
    if (entity.type === "User") return;
    findings.push(
      ...trustFindings(entity, directory, options),
      ...unassumableFindings(entity, directory),
    );
  });
  return administrators;
}

function* unused(
  model: AccountModel,
  options: FindingsOptions,
  findings: AccountFinding[],
): Generator<Progress, void> {
  const since = unusedSince(options);
  if (since === undefined) return;
  const { credentialReport = [], lastAccessed = [] } = options.usage ?? {};
  const isNew = createdSince(model, since);
  const uses = (lastAccessed ?? []).filter(({ Arn }) => !isNew.has(Arn));
  const work = [
    ...(credentialReport ?? []).map((row) => () => credentialFindings(row, since)),
    ...(model.RoleDetailList ?? []).map((role) => () => roleUseFindings(role, since)),
    ...uses.map((use) => () => permissionFindings(use, since)),
  ];
  yield* inSlices("usage", work, SLICE, (find) => {
    findings.push(...find());
  });
}
