import { decide } from "../reference/evaluate.ts";
import type { Document, Request, Statement } from "../reference/request.ts";

/**
 * One policy document and requests against it, each with the answer that the reference evaluator
 * gives.
 */
export interface Workload {
  readonly name: string;
  readonly document: Document;
  readonly requests: readonly LabelledRequest[];
}

export interface LabelledRequest {
  readonly request: Request;
  readonly label: Label;
}

export type Label = "allowed" | "implicitDeny" | "explicitDeny";

export const ACCOUNT = "111122223333";
export const VERBS = ["Get", "List", "Create", "Update", "Delete", "Describe", "Tag", "Approve"];
export const NOUNS = ["Order", "Invoice", "Parcel", "Customer", "Refund"];
const DEPARTMENTS = ["sales", "finance", "support", "legal"];

/**
 * `statements` statements, as an organization's policies have them: wildcards in actions and
 * resources, one deny in ten, conditions on a fifth. Of the requests 70 % are allowed, 20 %
 * implicitly and 10 % explicitly denied. The same seed makes the same workload.
 */
export function makeWorkload(
  name: string,
  statements: number,
  requests: number,
  seed = 1,
): Workload {
  const random = seededRandom(seed + statements);
  const services = Math.min(8, Math.max(2, Math.round(statements / 10)));
  const tenants = Math.max(4, Math.round(statements / 4));
  const world: World = { random, services, tenants };
  const list = Array.from({ length: statements }, (_, index) => makeStatement(world, index));
  const document: Document = { Version: "2012-10-17", Statement: list };
  return { name, document, requests: label(world, document, requests) };
}

interface World {
  readonly random: () => number;
  readonly services: number;
  readonly tenants: number;
}

function makeStatement(world: World, index: number): Statement {
  const { random } = world;
  const service = `svc${below(world, world.services)}`;
  const actions = Array.from({ length: 1 + below(world, 3) }, () => makeAction(world, service));
  const resources = Array.from({ length: 1 + below(world, 2) }, () => makeResource(world, service));
  const statement = {
    Effect: index % 10 === 9 ? ("Deny" as const) : ("Allow" as const),
    Action: actions,
    Resource: resources,
  };
  return random() < 0.2 ? { ...statement, Condition: makeCondition(world) } : statement;
}

function makeAction(world: World, service: string): string {
  const kind = world.random();
  if (kind < 0.1) return `${service}:*`;
  if (kind < 0.35) return `${service}:${pick(world, VERBS)}*`;
  if (kind < 0.45) return `${service}:*${pick(world, NOUNS)}`;
  return `${service}:${pick(world, VERBS)}${pick(world, NOUNS)}`;
}

function makeResource(world: World, service: string): string {
  const kind = world.random();
  const noun = pick(world, NOUNS).toLowerCase();
  const tenant = `tenant-${below(world, world.tenants)}`;
  if (kind < 0.1) return `arn:aws:${service}:*:${ACCOUNT}:${noun}/${tenant}/*`;
  if (kind < 0.2) return `arn:aws:${service}:us-east-1:${ACCOUNT}:${noun}/${tenant}/*/items/?`;
  if (kind < 0.4)
    return `arn:aws:${service}:us-east-1:${ACCOUNT}:${noun}/${tenant}/${below(world, 100)}`;
  return `arn:aws:${service}:us-east-1:${ACCOUNT}:${noun}/${tenant}/*`;
}

function makeCondition(world: World): NonNullable<Statement["Condition"]> {
  return pick<NonNullable<Statement["Condition"]>>(world, [
    { StringEquals: { "aws:PrincipalTag/department": pick(world, DEPARTMENTS) } },
    { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"] } },
    { Bool: { "aws:SecureTransport": "true" } },
    { StringLike: { "aws:username": ["bob*", "alice-?"] } },
    { NumericLessThan: { "svc:amount": "1000" } },
  ]);
}

function makeRequest(world: World, document: Document): Request {
  // Aimed at one statement, so that large policies are hit as often as small ones.
  const aim = pick(world, document.Statement);
  const pattern = pick(world, [aim.Action ?? []].flat());
  const service = pattern.split(":")[0] ?? "";
  const resource = pick(world, [aim.Resource ?? []].flat());
  return {
    principal: {
      type: "User",
      account: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
      userId: "AIDABOB",
    },
    action: fill(world, pattern.slice(service.length + 1), service),
    resource: resource
      .replace(":*:", ":us-east-1:")
      .replaceAll("*", `${below(world, 100)}`)
      .replaceAll("?", `${below(world, 10)}`),
    context: {
      "aws:username": pick(world, ["bob", "bob2", "alice-1", "carol"]),
      "aws:principaltag/department": pick(world, DEPARTMENTS),
      "aws:sourceip": pick(world, ["10.1.2.3", "192.168.1.1", "203.0.113.7"]),
      "aws:securetransport": "true",
      "svc:amount": `${below(world, 2000)}`,
    },
    identity: [document],
  };
}

function fill(world: World, pattern: string, service: string): string {
  if (pattern === "*") return `${service}:${pick(world, VERBS)}${pick(world, NOUNS)}`;
  if (pattern.startsWith("*")) return `${service}:${pick(world, VERBS)}${pattern.slice(1)}`;
  return `${service}:${pattern.replace("*", pick(world, NOUNS))}`;
}

function label(world: World, document: Document, count: number): readonly LabelledRequest[] {
  const quotas: Record<Label, number> = {
    allowed: 0.7 * count,
    implicitDeny: 0.2 * count,
    explicitDeny: 0.1 * count,
  };
  const found: LabelledRequest[] = [];
  for (let tries = 0; found.length < count && tries < 400 * count; tries++) {
    const drawn = makeRequest(world, document);
    // A stranger's order, or one that only a deny speaks of.
    const request =
      world.random() < 0.3
        ? { ...drawn, resource: drawn.resource.replace("tenant-", "tenant-x") }
        : drawn;
    const [outcome] = decide({ ...request, identity: [ofService(document, request.action)] }).split(
      ":",
    );
    if (outcome !== "allowed" && outcome !== "implicitDeny" && outcome !== "explicitDeny") continue;
    if (quotas[outcome] <= 0) continue;
    quotas[outcome]--;
    found.push({ request, label: outcome });
  }
  if (found.length < count) throw new Error(`only ${found.length} of ${count} requests found`);
  return shuffled(world, found);
}

/**
 * The statements that can speak of an action: services never hold wildcards. It spares the slow
 * oracle most of them.
 */
function ofService(document: Document, action: string): Document {
  const service = `${action.split(":")[0]}:`;
  return {
    ...document,
    Statement: document.Statement.filter(({ Action = [] }) => Action[0]?.startsWith(service)),
  };
}

function shuffled<T>(world: World, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, at: world.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function below(world: World, limit: number): number {
  return Math.floor(world.random() * limit);
}

function pick<T>(world: World, items: readonly T[]): T {
  return items[below(world, items.length)]!;
}

/** Mulberry32: small, seeded, good enough to draw test data. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
