import { createRequire } from "node:module";
import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from "@casl/ability";
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { newEnforcer, newModelFromString, StringAdapter } from "casbin";
import {
  authorize,
  compilePolicy,
  parsePolicy,
  type RequestContext,
} from "../../packages/policy/src/index.ts";
import type { Request, Statement } from "../reference/request.ts";
import { type LabelledRequest, NOUNS, VERBS, type Workload } from "./policy-workload.ts";

/**
 * An engine that has a workload loaded. `decide` answers the nth request; all that can be prepared
 * of requests is.
 */
export interface Loaded {
  readonly loadMs: number;
  readonly decide: (index: number) => boolean;
}

export interface Peer {
  readonly name: string;
  readonly load: (workload: Workload) => Promise<Loaded>;
}

/**
 * Each in its own language, as faithfully as that allows; actions with wildcards are spelled out
 * where it has none.
 */
export const PEERS: readonly Peer[] = [
  { name: "portcullis", load: loadPortcullis },
  { name: "CASL 7", load: loadCasl },
  { name: "linear scan", load: loadLinear },
  { name: "pbac", load: loadPbac },
  { name: "casbin", load: loadCasbin },
  { name: "Cedar wasm", load: loadCedar },
];

async function loadPortcullis({ document, requests }: Workload): Promise<Loaded> {
  const text = JSON.stringify(document);
  const started = performance.now();
  const parsed = parsePolicy(text, "identity");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
  const policies = {
    identity: [compilePolicy(parsed.policy, { policyId: "bench", type: "identity-based" })],
  };
  const loadMs = performance.now() - started;
  const prepared = requests.map(({ request: { principal, action, resource, context } }) => {
    const values: RequestContext = new Map(Object.entries(context));
    return { principal, action, resource, context: values, policies };
  });
  return { loadMs, decide: (index) => authorize(prepared[index]!).outcome === "allowed" };
}

async function loadCasl({ document, requests }: Workload): Promise<Loaded> {
  const started = performance.now();
  type Ability = MongoAbility;
  const rules: RawRuleOf<Ability>[] = document.Statement.flatMap((statement) =>
    resourcesOf(statement).map((resource) => ({
      action: [...spelledOut(statement)],
      subject: serviceOf(statement),
      inverted: statement.Effect === "Deny",
      conditions: {
        resource: resource.includes("*") ? { $regex: regexOf(resource) } : resource,
        ...caslCondition(statement),
      },
    })),
  );
  // The last rule that matches decides, so that denies come last.
  rules.sort((a, b) => Number(a.inverted) - Number(b.inverted));
  const ability: Ability = createMongoAbility(rules);
  const loadMs = performance.now() - started;
  const prepared = requests.map(({ request }) => ({
    action: nameOf(request.action),
    subject: subject(request.action.split(":")[0]!, {
      resource: request.resource,
      department: request.context["aws:principaltag/department"],
      ip: request.context["aws:sourceip"],
      secure: request.context["aws:securetransport"],
      username: request.context["aws:username"],
      amount: Number(request.context["svc:amount"]),
    }),
  }));
  return {
    loadMs,
    decide: (index) => ability.can(prepared[index]!.action, prepared[index]!.subject),
  };
}

function caslCondition(statement: Statement): Record<string, unknown> {
  const { StringEquals, IpAddress, Bool, StringLike, NumericLessThan } = statement.Condition ?? {};
  if (StringEquals) return { department: StringEquals["aws:PrincipalTag/department"] };
  if (IpAddress) return { ip: { $regex: /^(10\.|192\.168\.)/ } };
  if (Bool) return { secure: "true" };
  if (StringLike) return { username: { $regex: /^(bob.*|alice-.)$/ } };
  return NumericLessThan ? { amount: { $lt: 1000 } } : {};
}

/**
 * What one would write first: every statement in turn, with its patterns made ready as regular
 * expressions.
 */
async function loadLinear({ document, requests }: Workload): Promise<Loaded> {
  const started = performance.now();
  const statements = document.Statement.map((statement) => ({
    deny: statement.Effect === "Deny",
    actions: actionsOf(statement).map((pattern) => new RegExp(`^${regexOf(pattern)}$`, "i")),
    resources: resourcesOf(statement).map((pattern) => new RegExp(`^${regexOf(pattern)}$`)),
    condition: plainCondition(statement),
  }));
  const denies = statements.filter(({ deny }) => deny);
  const allows = statements.filter(({ deny }) => !deny);
  const loadMs = performance.now() - started;
  const decide = (index: number) => {
    const { action, resource, context } = requests[index]!.request;
    const applies = ({ actions, resources, condition }: (typeof statements)[number]) =>
      actions.some((pattern) => pattern.test(action)) &&
      resources.some((pattern) => pattern.test(resource)) &&
      condition(context);
    return !denies.some(applies) && allows.some(applies);
  };
  return { loadMs, decide };
}

function plainCondition(statement: Statement): (context: Request["context"]) => boolean {
  const { StringEquals, IpAddress, Bool, StringLike, NumericLessThan } = statement.Condition ?? {};
  const department = StringEquals?.["aws:PrincipalTag/department"];
  if (department) return (context) => context["aws:principaltag/department"] === department;
  if (IpAddress) return (context) => /^(10\.|192\.168\.)/.test(`${context["aws:sourceip"]}`);
  if (Bool) return (context) => context["aws:securetransport"] === "true";
  if (StringLike) return (context) => /^(bob.*|alice-.)$/.test(`${context["aws:username"]}`);
  return NumericLessThan ? (context) => Number(context["svc:amount"]) < 1000 : () => true;
}

interface Pbac {
  evaluate(request: { action: string; resource: string; context: object }): boolean;
}

async function loadPbac({ document, requests }: Workload): Promise<Loaded> {
  const PBAC: new (policies: object[]) => Pbac = createRequire(import.meta.url)("pbac");
  const started = performance.now();
  const statements = document.Statement.map((statement) => ({
    ...statement,
    ...pbacCondition(statement),
  }));
  const engine = new PBAC([{ Version: "2012-10-17", Statement: statements }]);
  const loadMs = performance.now() - started;
  const prepared = requests.map(({ request: { action, resource, context } }) => ({
    action,
    resource,
    context: {
      aws: {
        "PrincipalTag/department": context["aws:principaltag/department"],
        SourceIp: context["aws:sourceip"],
        SecureTransport: context["aws:securetransport"],
        username: context["aws:username"],
      },
      svc: { amount: Number(context["svc:amount"]) },
    },
  }));
  return { loadMs, decide: (index) => engine.evaluate(prepared[index]!) };
}

/** Its numbers must be numbers. */
function pbacCondition({ Condition }: Statement): object {
  return Condition?.NumericLessThan
    ? { Condition: { NumericLessThan: { "svc:amount": 1000 } } }
    : {};
}

const CASBIN_MODEL = `
[request_definition]
r = act, res, ctx
[policy_definition]
p = act, res, cond, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = glob(r.act, p.act) && glob(r.res, p.res) && holds(r.ctx, p.cond)
`;

async function loadCasbin({ document, requests }: Workload): Promise<Loaded> {
  const started = performance.now();
  const rows = document.Statement.flatMap((statement, index) =>
    actionsOf(statement).flatMap((action) =>
      resourcesOf(statement).map(
        (resource) => `p, ${action}, ${resource}, ${index}, ${statement.Effect.toLowerCase()}`,
      ),
    ),
  );
  const enforcer = await newEnforcer(
    newModelFromString(CASBIN_MODEL),
    new StringAdapter(rows.join("\n")),
  );
  const conditions = document.Statement.map(plainCondition);
  const patterns = new Map<string, RegExp>();
  await enforcer.addFunction("glob", (text: string, pattern: string) => {
    const regex = patterns.get(pattern) ?? new RegExp(`^${regexOf(pattern)}$`);
    patterns.set(pattern, regex);
    return regex.test(text);
  });
  await enforcer.addFunction("holds", (context: Request["context"], index: string) =>
    conditions[Number(index)]!(context),
  );
  const loadMs = performance.now() - started;
  return {
    loadMs,
    decide: (index) => {
      const { action, resource, context } = requests[index]!.request;
      return enforcer.enforceSync(action, resource, context);
    },
  };
}

async function loadCedar({ name, document, requests }: Workload): Promise<Loaded> {
  const started = performance.now();
  const answer = preparsePolicySet(name, {
    staticPolicies: document.Statement.map(cedarPolicy).join("\n"),
  });
  if (answer.type !== "success") throw new Error(JSON.stringify(answer.errors[0]));
  const loadMs = performance.now() - started;
  const prepared = requests.map(({ request: { action, resource, context } }) => ({
    principal: { type: "User", id: "bob" },
    action: { type: "Action", id: action },
    resource: { type: "Resource", id: "r" },
    context: {
      resource,
      department: `${context["aws:principaltag/department"]}`,
      ip: { __extn: { fn: "ip", arg: `${context["aws:sourceip"]}` } },
      secure: context["aws:securetransport"] === "true",
      username: `${context["aws:username"]}`,
      amount: Number(context["svc:amount"]),
    },
    preparsedPolicySetId: name,
    entities: [],
  }));
  return {
    loadMs,
    decide: (index) => {
      const result = statefulIsAuthorized(prepared[index]!);
      return result.type === "success" && result.response.decision === "allow";
    },
  };
}

function cedarPolicy(statement: Statement): string {
  const effect = statement.Effect === "Allow" ? "permit" : "forbid";
  const service = serviceOf(statement);
  const actions = spelledOut(statement).map((action) => `Action::"${service}:${action}"`);
  // Cedar's patterns have no `?`.
  const resources = resourcesOf(statement).map(
    (r) => `context.resource like "${r.replaceAll("?", "*")}"`,
  );
  return `${effect}(principal, action in [${actions.join(", ")}], resource) when { (${resources.join(" || ")})${cedarCondition(statement)} };`;
}

function cedarCondition(statement: Statement): string {
  const { StringEquals, IpAddress, Bool, StringLike, NumericLessThan } = statement.Condition ?? {};
  if (StringEquals)
    return ` && context.department == "${StringEquals["aws:PrincipalTag/department"]}"`;
  if (IpAddress) {
    return ' && (context.ip.isInRange(ip("10.0.0.0/8")) || context.ip.isInRange(ip("192.168.0.0/16")))';
  }
  if (Bool) return " && context.secure";
  if (StringLike) return ' && (context.username like "bob*" || context.username like "alice-*")';
  return NumericLessThan ? " && context.amount < 1000" : "";
}

const actionsOf = ({ Action = [] }: Statement) => [Action].flat();
const resourcesOf = ({ Resource = [] }: Statement) => [Resource].flat();
const serviceOf = (statement: Statement) => actionsOf(statement)[0]?.split(":")[0] ?? "";
const nameOf = (action: string) => action.split(":")[1] ?? "";

/** The names of a statement's actions without wildcards. */
function spelledOut(statement: Statement): readonly string[] {
  const patterns = actionsOf(statement).map((action) => new RegExp(`^${regexOf(nameOf(action))}$`));
  return ALL_NAMES.filter((name) => patterns.some((pattern) => pattern.test(name)));
}

const ALL_NAMES = VERBS.flatMap((verb) => NOUNS.map((noun) => verb + noun));

function regexOf(pattern: string): string {
  return pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
}

export function mistakes(
  loaded: Loaded,
  requests: readonly LabelledRequest[],
  count: number,
): number {
  return requests
    .slice(0, count)
    .filter(({ label }, index) => loaded.decide(index) !== (label === "allowed")).length;
}
