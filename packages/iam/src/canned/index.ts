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
export {
  cannedPoliciesOf,
  type DefinedService,
  type ServiceActions,
  serviceActions,
} from "./service-definition.ts";

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
/** Made at the first look; policies of protected APIs, which have no source here, when they are offered. */
const made = new Map<string, CannedPolicy>();

/** The canned policy of this ARN (case counts, as in every ARN), known without a read; undefined when there is none. */
export function cannedPolicy(arn: string): CannedPolicy | undefined {
  const known = made.get(arn);
  const source = sources.get(arn);
  if (known !== undefined || source === undefined) return known;
  const policy = cannedPolicyOf(source);
  made.set(arn, policy);
  return policy;
}

/** Whether the ARN is one of a canned policy, known here or not. */
export const isCannedArn = (arn: string): boolean => arn.startsWith(cannedArn({ name: "" }));

/** Every canned policy, ordered by path, then name without case. */
export function cannedPolicies(): readonly CannedPolicy[] {
  const arns = new Set([...sources.keys(), ...made.keys()]);
  return [...arns]
    .flatMap((arn) => cannedPolicy(arn) ?? [])
    .sort(
      (one, other) =>
        compare(one.path, other.path) || compare(one.name.toLowerCase(), other.name.toLowerCase()),
    );
}

/** Add the policies of protected APIs to the catalogue; for a program's start, before it answers anything. */
export function offerCannedPolicies(policies: readonly CannedPolicy[]): void {
  for (const policy of policies) made.set(policy.arn, policy);
}

/** Services by action prefix, with their names: those that AWS has, and the protected APIs. */
export function knownServices(): ReadonlyMap<string, string> {
  const services = new Map(SERVICE_NAMES);
  for (const { service } of made.values())
    if (service !== undefined) services.set(service, service);
  return services;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
