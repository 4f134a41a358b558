import { policySize } from "@portcullis/policy";
import { runToEnd } from "../account/progress.ts";
import { cached } from "../collection/cached.ts";
import { findAction, type Services } from "../services/services.ts";
import {
  type ArnFormat,
  arnFormat,
  generalized,
  type ObservedResource,
  observe,
} from "./generalize.ts";
import type { AccessRecord, GeneratedPolicy, GenerateOptions } from "./types.ts";

/** IAM's quota of a managed policy (IAM UG/reference_iam-quotas). */
const MANAGED_POLICY = 6144;

/** Formats that a resource is compared with. A resource that fits none of them stays as it is. */
const MOST_FORMATS = 200;

/** Records that are looked at in one step: about a millisecond. */
const RECORDS_A_STEP = 200;

/**
 * A least-privilege policy from recorded access. Each record is allowed by it; resources become
 * patterns where the service's ARN formats say which of their parts vary.
 */
export function generatePolicy(
  records: readonly AccessRecord[],
  services: Services,
  options: GenerateOptions = {},
): GeneratedPolicy {
  return runToEnd(generatePolicyInSteps(records, services, options));
}

/**
 * As `generatePolicy`, in steps of some milliseconds, so that a server can answer other requests
 * between them.
 */
export function* generatePolicyInSteps(
  records: readonly AccessRecord[],
  services: Services,
  options: GenerateOptions = {},
): Generator<undefined, GeneratedPolicy> {
  const { generalizeFrom = 2, maxSize = MANAGED_POLICY, placeholders = false } = options;
  const skipped: { record: AccessRecord; reason: string }[] = [];
  const byAction = new Map<string, Use>();
  const formats = new Map<string, readonly ArnFormat[]>();
  for (const [index, record] of records.entries()) {
    if (index % RECORDS_A_STEP === 0) yield;
    const action = actionName(record.action, services);
    const reason =
      action === undefined
        ? "The action is not written service:Action."
        : "resource" in record
          ? reasonAgainst(record.resource)
          : undefined;
    if (action === undefined || reason !== undefined) {
      skipped.push({ record, reason: reason ?? "" });
      continue;
    }
    const use = cached(byAction, action, () => ({ resources: [], patterns: [] }));
    const known = cached(formats, action, () =>
      formatsFor(action, services).slice(0, MOST_FORMATS).map(arnFormat),
    );
    if ("resource" in record) use.resources.push(observe(record.resource, known));
    else use.patterns.push(observe(record.pattern, known));
  }
  const byResources = new Map<string, { actions: string[]; resources: readonly string[] }>();
  const generalization = { from: generalizeFrom, placeholders };
  for (const [action, use] of [...byAction].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield;
    const resources = yield* generalized(use.resources, use.patterns, generalization);
    const key = JSON.stringify([action.split(":")[0], resources]);
    cached(byResources, key, () => ({ actions: [], resources })).actions.push(action);
  }
  const statements: GeneratedStatement[] = [];
  for (const { actions, resources } of byResources.values()) {
    statements.push(...(yield* statementsOf(actions, resources, maxSize)));
  }
  return {
    documents: yield* documentsOf(statements, maxSize),
    actions: [...byAction.keys()].sort(),
    skipped,
  };
}

/** The resources that an action was used on. */
interface Use {
  readonly resources: ObservedResource[];
  readonly patterns: ObservedResource[];
}

/** As the service spells it; undefined if it is no action's name. */
function actionName(action: string, services: Services): string | undefined {
  const [prefix = "", name = "", ...more] = action.split(":");
  if (!/^[A-Za-z0-9.-]+$/.test(prefix) || !/^[A-Za-z0-9_-]+$/.test(name) || more.length > 0)
    return undefined;
  const known = findAction(services, action);
  return known === undefined ? action : `${known.service.prefix}:${known.reference.Name}`;
}

function reasonAgainst(resource: string): string | undefined {
  if (resource === "*") return undefined;
  const [scheme, partition = "", service = "", region = "", account = "", ...rest] =
    resource.split(":");
  if (scheme !== "arn" || rest.length === 0 || service === "") return "The resource is no ARN.";
  if (/[*?]/.test(partition + service + region + account))
    return "The resource's ARN has wildcards.";
  return undefined;
}

function formatsFor(action: string, services: Services): readonly string[] {
  const [prefix = "", name = ""] = action.toLowerCase().split(":");
  const service = services.byPrefix.get(prefix);
  const resources = service?.actions.get(name)?.Resources;
  if (service === undefined) return [];
  const types =
    resources == null ? [...service.resources.keys()] : resources.map(({ Name }) => Name);
  return types.flatMap((type) => service.resources.get(type)?.ARNFormats ?? []);
}

interface GeneratedStatement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const sizeOf = (statements: readonly GeneratedStatement[]): number =>
  policySize(textOf(statements));

function textOf(statements: readonly GeneratedStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}

/** One statement, or halves of it until each fits into a document. */
function* statementsOf(
  actions: readonly string[],
  resources: readonly string[],
  maxSize: number,
): Generator<undefined, readonly GeneratedStatement[]> {
  yield;
  const whole: GeneratedStatement = { Effect: "Allow", Action: actions, Resource: resources };
  if (sizeOf([whole]) <= maxSize) return [whole];
  const parts: GeneratedStatement[] = [];
  if (resources.length > 1)
    for (const half of halves(resources))
      parts.push(...(yield* statementsOf(actions, half, maxSize)));
  else if (actions.length > 1)
    for (const half of halves(actions))
      parts.push(...(yield* statementsOf(half, resources, maxSize)));
  else parts.push(whole);
  return parts;
}

const halves = <T>(items: readonly T[]): readonly (readonly T[])[] => {
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)];
};

function* documentsOf(
  statements: readonly GeneratedStatement[],
  maxSize: number,
): Generator<undefined, readonly string[]> {
  const documents: GeneratedStatement[][] = [];
  for (const statement of statements) {
    yield;
    const last = documents.at(-1);
    if (last !== undefined && sizeOf([...last, statement]) <= maxSize) last.push(statement);
    else documents.push([statement]);
  }
  return documents.map(textOf);
}
