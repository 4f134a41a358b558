import {
  compilePrincipal,
  matchPrincipal,
  type PolicyKind,
  type Principal,
  splitArn,
} from "@portcullis/policy";
import type { StatementModel } from "../statement/statements.ts";
import type { CheckOptions } from "./check.ts";

/**
 * How closely a policy must name its caller for an allow to count (IAM UG/
 * reference_policies_evaluation-logic): `named` across accounts, where both sides must allow;
 * `entity` within the account of the resource, without identity policies; `itself` past a boundary,
 * too.
 */
export type Closeness = "named" | "entity" | "itself";

const LEAST: Readonly<Record<Closeness, number>> = { named: 1, entity: 2, itself: 3 };

/** A caller, and which statements count for it. */
export interface Caller {
  readonly principal: Principal;
  readonly closeness: Closeness;
  counts(statement: StatementModel): boolean;
}

/** Identity policies apply to their owner, which is any principal here. */
const OWNER: Caller = {
  principal: {
    type: "User",
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/example",
    userId: "AIDAEXAMPLEUSER000001",
  },
  closeness: "itself",
  counts: () => true,
};

/** The most callers that are distinguished. */
const MOST_CALLERS = 4_000;
/** Nor more names, nor more questions which statement names whom. */
const MOST_NAMES = 1_000;
const MOST_MATCHES = 1_000_000;

/**
 * One caller for each way in which some statements can name any caller there is: those that they
 * name, and of each type one that they do not. Undefined: too many.
 *
 * @param options.account the resource's, if known: callers of others need identity policies in any
 *   case.
 */
export function callersOf(
  statements: readonly StatementModel[],
  { account, kind }: CheckOptions,
): readonly Caller[] | undefined {
  if (kind !== "resource" && kind !== "trust") return [OWNER];
  const principals = principalsOf(statements);
  if (principals === undefined || principals.length * statements.length > MOST_MATCHES)
    return undefined;
  const compiled = new Map(
    statements.map((statement) => [
      statement,
      statement.principal && compilePrincipal(statement.principal, statement.effect, NO_IDS),
    ]),
  );
  const callers = new Map<string, Caller>();
  for (const principal of principals) {
    const levels = new Map(
      [...compiled].map(([statement, element]) => [
        statement,
        element === undefined ? LEAST.itself : matchPrincipal(element, principal),
      ]),
    );
    for (const closeness of closenessOf(principal, account, kind)) {
      const counts = (statement: StatementModel) =>
        (levels.get(statement) ?? 0) >=
        (statement.effect === "Deny" ? LEAST.named : LEAST[closeness]);
      const key = statements.map((statement) => (counts(statement) ? "1" : "0")).join("");
      if (!callers.has(key)) callers.set(key, { principal, closeness, counts });
    }
  }
  return [...callers.values()];
}

const NO_IDS: ReadonlyMap<string, string> = new Map();

function closenessOf(
  principal: Principal,
  account: string | undefined,
  kind: PolicyKind,
): readonly Closeness[] {
  if (!("account" in principal)) return ["itself"];
  if (account !== undefined && account !== principal.account) return ["named"];
  // The root user of the account needs no policy but a role's trust, and has no boundary.
  if (principal.type === "Root") return account === undefined || kind === "trust" ? ["named"] : [];
  // Within the account identity policies alone allow, but for roles.
  return account === undefined || kind === "trust"
    ? ["named", "entity", "itself"]
    : ["entity", "itself"];
}

/** An ARN that names callers, taken apart. The parser has seen to its form. */
interface CallerArn {
  readonly arn: string;
  readonly account: string;
  readonly type: string;
  /** The parts of the resource's name behind its type. */
  readonly path: readonly string[];
}

function principalsOf(statements: readonly StatementModel[]): readonly Principal[] | undefined {
  const names = namesOf(statements, "AWS");
  const services = namesOf(statements, "Service");
  const providers = namesOf(statements, "Federated");
  if (names.length + services.length + providers.length > MOST_NAMES) return undefined;
  const accounts = new Set(
    names.flatMap((name) => /(?:^|::)(\d{12})(?::|$)/.exec(name)?.[1] ?? []),
  );
  accounts.add(FRESH_ACCOUNTS.find((fresh) => !accounts.has(fresh)) ?? "000000000001");
  const userIds = [...names.filter((name) => name.startsWith("AIDA")), "AIDAEXAMPLEUSER000001"];
  const roleIds = [...names.filter((name) => name.startsWith("AROA")), "AROAEXAMPLEROLE000001"];
  const arns = names.flatMap(callerArn);
  const fresh = unusedName(names);
  /** The ARNs of a type, and one in each account that is not among them. */
  const everyOf = (service: "iam" | "sts", type: string): readonly CallerArn[] => [
    ...arns.filter((one) => one.type === type),
    ...Array.from(accounts, (account) => ({
      arn: `arn:aws:${service}::${account}:${type}/${fresh}`,
      account,
      type,
      path: [fresh],
    })),
  ];
  const users = everyOf("iam", "user");
  const roles = everyOf("iam", "role");
  const federated = everyOf("sts", "federated-user");
  const sessions = arns.filter(({ type }) => type === "assumed-role");
  if (
    users.length * userIds.length +
      (roles.length + sessions.length) * roleIds.length * (sessions.length + 1) +
      federated.length * users.length >
    MOST_CALLERS
  )
    return undefined;
  const found: Principal[] = [];
  for (const { account, arn } of users)
    for (const userId of userIds) found.push({ type: "User", account, arn, userId });
  for (const account of accounts) {
    const roots = arns.filter((one) => one.type === "root" && one.account === account);
    for (const arn of new Set([`arn:aws:iam::${account}:root`, ...roots.map((root) => root.arn)]))
      found.push({ type: "Root", account, arn, userId: account });
  }
  found.push(...roleSessions(roles, sessions, roleIds, fresh));
  for (const { account, arn, path } of federated) {
    const userId = `${account}:${path.join("/")}`;
    for (const user of users)
      if (user.account === account)
        found.push({ type: "FederatedUser", account, arn, userId, userArn: user.arn });
  }
  for (const service of [...services, "unnamed.example.com"])
    found.push({ type: "Service", service });
  for (const provider of [...providers, "unnamed.example.org"])
    found.push({ type: "Federated", provider });
  found.push({ type: "Anonymous" });
  return found;
}

/** The names of a type in the statements' principals, each once. */
function namesOf(statements: readonly StatementModel[], type: string): readonly string[] {
  const names = statements.flatMap(({ principal }) => principal?.names ?? []);
  return [...new Set(names.filter((name) => name.type === type).map(({ value }) => value))];
}

function callerArn(arn: string): readonly CallerArn[] {
  const parts = splitArn(arn);
  // No user or role has an empty name.
  if (parts === undefined || arn.endsWith("/")) return [];
  const [type = "", ...path] = parts.resource.split("/");
  return [{ arn, account: parts.account, type, path }];
}

const FRESH_ACCOUNTS = [
  "111122223333",
  "444455556666",
  "777788889999",
  "123456789012",
  "210987654321",
];

/** A name that is no part of the given ones. */
function unusedName(names: readonly string[]): string {
  for (let at = 0; ; at++) {
    const name = at === 0 ? "example" : `example${at}`;
    if (!names.some((other) => other.includes(name))) return name;
  }
}

/** A session has the account and the name of its role, whatever the role's path. */
function roleSessions(
  roles: readonly CallerArn[],
  sessions: readonly CallerArn[],
  roleIds: readonly string[],
  fresh: string,
): readonly Principal[] {
  const known = new Map(
    roles.map(({ arn, account, path }) => [arn, { account, name: path.at(-1) }]),
  );
  for (const { account, path } of sessions) {
    const [name] = path;
    // Its role may have a path, under which no policy names it.
    for (const own of [`${name}`, `${fresh}/${name}`])
      known.set(`arn:aws:iam::${account}:role/${own}`, { account, name });
  }
  const found: Principal[] = [];
  for (const [roleArn, { account, name }] of known) {
    const own = sessions.filter(
      (session) => session.account === account && session.path[0] === name,
    );
    const arns = own.map(({ arn }) => arn);
    for (const arn of [...arns, `arn:aws:sts::${account}:assumed-role/${name}/${fresh}`]) {
      const session = arn.slice(arn.lastIndexOf("/") + 1);
      for (const roleId of roleIds) {
        const userId = `${roleId}:${session}`;
        found.push({ type: "AssumedRole", account, arn, userId, roleArn, roleId });
      }
    }
  }
  return found;
}
