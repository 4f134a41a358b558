import {
  type CannedPolicy,
  type CannedSource,
  cannedArn,
  cannedPolicyOf,
} from "./canned-policy.ts";
import { generalPolicies } from "./general.ts";
import { identityPolicies } from "./identity.ts";
import { jobFunctionPolicies } from "./job-function.ts";
import { servicePolicies } from "./per-service.ts";
import { rootTaskPolicies } from "./root-task.ts";
import { serviceLinkedPolicies } from "./service-linked.ts";
import { serviceNames } from "./services.ts";

export type { CannedPolicy } from "./canned-policy.ts";
export { cannedPoliciesOf, type DefinedService } from "./service-definition.ts";

/**
 * The catalogue, group by group. An authorizer makes a group when it looks for the first policy in
 * it or in a later one: all of them together take milliseconds of a cold start.
 */
const GROUPS: readonly (() => readonly CannedSource[])[] = [
  generalPolicies,
  identityPolicies,
  jobFunctionPolicies,
  servicePolicies,
  serviceLinkedPolicies,
  rootTaskPolicies,
];

/** Of the groups that have been made, by ARN. */
const sources = new Map<string, CannedSource>();
let groupsMade = 0;
/** Made on first use. Policies of protected APIs are added by `offerCannedPolicies`. */
const policies = new Map<string, CannedPolicy>();

function makeNextGroup(): void {
  for (const source of GROUPS[groupsMade]?.() ?? []) sources.set(cannedArn(source), source);
  groupsMade++;
}

function sourceOf(arn: string): CannedSource | undefined {
  if (!isCannedArn(arn)) return undefined;
  while (!sources.has(arn) && groupsMade < GROUPS.length) makeNextGroup();
  return sources.get(arn);
}

/** The canned policy of an ARN, without a read. Case is significant. Undefined if there is none. */
export function cannedPolicy(arn: string): CannedPolicy | undefined {
  const cached = policies.get(arn);
  const source = cached === undefined ? sourceOf(arn) : undefined;
  if (source === undefined) return cached;
  const policy = cannedPolicyOf(source);
  policies.set(arn, policy);
  return policy;
}

/**
 * Whether an ARN has the form of a canned policy's, whether or not this release has that policy.
 */
export const isCannedArn = (arn: string): boolean => arn.startsWith(cannedArn({ name: "" }));

/** All canned policies, ordered by path, then by name without regard to case. */
export function cannedPolicies(): readonly CannedPolicy[] {
  while (groupsMade < GROUPS.length) makeNextGroup();
  const arns = new Set([...sources.keys(), ...policies.keys()]);
  return [...arns]
    .flatMap((arn) => cannedPolicy(arn) ?? [])
    .sort(
      (one, other) =>
        compare(one.path, other.path) || compare(one.name.toLowerCase(), other.name.toLowerCase()),
    );
}

/** Adds policies of protected APIs to the catalogue. Call it before the first request. */
export function offerCannedPolicies(offered: readonly CannedPolicy[]): void {
  for (const policy of offered) policies.set(policy.arn, policy);
}

/** The names of services by action prefix: AWS's, and the protected APIs. */
export function knownServices(): ReadonlyMap<string, string> {
  const services = new Map(serviceNames());
  for (const { service } of policies.values())
    if (service !== undefined) services.set(service, service);
  return services;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
