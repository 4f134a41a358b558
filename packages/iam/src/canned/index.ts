import {
  type CannedPolicy,
  type CannedSource,
  cannedArn,
  cannedPolicyOf,
} from "./canned-policy.ts";
import { GENERAL } from "./general.ts";
import { IDENTITY } from "./identity.ts";
import { JOB_FUNCTIONS } from "./job-function.ts";
import { PER_SERVICE } from "./per-service.ts";
import { ROOT_TASK_POLICIES } from "./root-task.ts";
import { SERVICE_LINKED } from "./service-linked.ts";
import { SERVICE_NAMES } from "./services.ts";

export type { CannedPolicy } from "./canned-policy.ts";
export { cannedPoliciesOf, type DefinedService } from "./service-definition.ts";

const SOURCES: readonly CannedSource[] = [
  ...GENERAL,
  ...IDENTITY,
  ...JOB_FUNCTIONS,
  ...PER_SERVICE,
  ...SERVICE_LINKED,
  ...ROOT_TASK_POLICIES,
];

const sources: ReadonlyMap<string, CannedSource> = new Map(
  SOURCES.map((source) => [cannedArn(source), source]),
);
/** Made on first use. Policies of protected APIs are added by `offerCannedPolicies`. */
const policies = new Map<string, CannedPolicy>();

/** The canned policy of an ARN, without a read. Case is significant. Undefined if there is none. */
export function cannedPolicy(arn: string): CannedPolicy | undefined {
  const cached = policies.get(arn);
  const source = sources.get(arn);
  if (cached !== undefined || source === undefined) return cached;
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
  const services = new Map(SERVICE_NAMES);
  for (const { service } of policies.values())
    if (service !== undefined) services.set(service, service);
  return services;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
