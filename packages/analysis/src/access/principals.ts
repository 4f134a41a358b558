import {
  compilePrincipal,
  matchPrincipal,
  type PolicyKind,
  type Principal,
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

const USER = /^arn:[^:]+:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/;
const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;
const FEDERATED = /^arn:[^:]+:sts::(\d{12}):federated-user\/(.+)$/;
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;

function principalsOf(statements: readonly StatementModel[]): readonly Principal[] | undefined {
  const names = new Set<string>();
  const services = new Set<string>();
  const providers = new Set<string>();
  for (const { principal } of statements) {
    for (const { type, value } of principal?.names ?? []) {
      if (type === "AWS") names.add(value);
      else if (type === "Service") services.add(value);
      else if (type === "Federated") providers.add(value);
    }
  }
  if (names.size + services.size + providers.size > MOST_NAMES) return undefined;
  const all = [...names];
  const accounts = new Set(all.flatMap((name) => /(?:^|::)(\d{12})(?::|$)/.exec(name)?.[1] ?? []));
  const account = FRESH_ACCOUNTS.find((fresh) => !accounts.has(fresh)) ?? "000000000001";
  accounts.add(account);
  const userIds = [...all.filter((name) => name.startsWith("AIDA")), "AIDAEXAMPLEUSER000001"];
  const roleIds = [...all.filter((name) => name.startsWith("AROA")), "AROAEXAMPLEROLE000001"];
  const users = matching(all, USER, accounts, (of) => `arn:aws:iam::${of}:user/${unusedName(all)}`);
  const roles = matching(all, ROLE, accounts, (of) => `arn:aws:iam::${of}:role/${unusedName(all)}`);
  const federated = matching(
    all,
    FEDERATED,
    accounts,
    (of) => `arn:aws:sts::${of}:federated-user/${unusedName(all)}`,
  );
  const sessions = all.filter((name) => SESSION.test(name));
  if (
    users.length * userIds.length +
      (roles.length + sessions.length) * roleIds.length * (sessions.length + 1) +
      federated.length * users.length >
    MOST_CALLERS
  )
    return undefined;
  const found: Principal[] = [];
  for (const [of, arn] of users)
    for (const userId of userIds) found.push({ type: "User", account: of, arn, userId });
  for (const of of accounts) {
    const roots = all.filter((name) => ROOT.exec(name)?.[1] === of);
    for (const arn of new Set([`arn:aws:iam::${of}:root`, ...roots]))
      found.push({ type: "Root", account: of, arn, userId: of });
  }
  found.push(...roleSessions(roles, sessions, roleIds, all));
  for (const [of, arn] of federated) {
    for (const [owner, userArn] of users) {
      const name = arn.slice(arn.indexOf("/") + 1);
      if (owner === of)
        found.push({ type: "FederatedUser", account: of, arn, userId: `${of}:${name}`, userArn });
    }
  }
  for (const service of [...services, "unnamed.example.com"])
    found.push({ type: "Service", service });
  for (const provider of [...providers, "unnamed.example.org"])
    found.push({ type: "Federated", provider });
  found.push({ type: "Anonymous" });
  return found;
}

const FRESH_ACCOUNTS = [
  "111122223333",
  "444455556666",
  "777788889999",
  "123456789012",
  "210987654321",
];

const unusedName = (names: readonly string[]): string => {
  for (let at = 0; ; at++) {
    const name = at === 0 ? "example" : `example${at}`;
    if (!names.some((other) => other.includes(name))) return name;
  }
};

/** The names of a form, each with its account, and one in each account that is not among them. */
function matching(
  names: readonly string[],
  form: RegExp,
  accounts: ReadonlySet<string>,
  fresh: (account: string) => string,
): readonly (readonly [string, string])[] {
  const named = names.flatMap((name) => {
    const account = form.exec(name)?.[1];
    return account === undefined ? [] : [[account, name] as const];
  });
  return [...named, ...[...accounts].map((account) => [account, fresh(account)] as const)];
}

/** A session has the account and the name of its role, whatever the role's path. */
function roleSessions(
  roles: readonly (readonly [string, string])[],
  sessions: readonly string[],
  roleIds: readonly string[],
  names: readonly string[],
): readonly Principal[] {
  const fresh = unusedName(names);
  const known = new Map<string, readonly [string, string]>(roles.map((role) => [role[1], role]));
  for (const session of sessions) {
    const [, account = "", name = ""] = SESSION.exec(session) ?? [];
    const arn = `arn:aws:iam::${account}:role/${name}`;
    // Its role may have a path, under which no policy names it.
    for (const one of [arn, `arn:aws:iam::${account}:role/${fresh}/${name}`])
      known.set(one, [account, one]);
  }
  const found: Principal[] = [];
  for (const [roleArn, [account]] of known) {
    const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const own = sessions.filter((session) => {
      const [, of, role] = SESSION.exec(session) ?? [];
      return of === account && role === name;
    });
    for (const arn of [...own, `arn:aws:sts::${account}:assumed-role/${name}/${fresh}`]) {
      const session = SESSION.exec(arn)?.[3] ?? fresh;
      for (const roleId of roleIds) {
        const userId = `${roleId}:${session}`;
        found.push({ type: "AssumedRole", account, arn, userId, roleArn, roleId });
      }
    }
  }
  return found;
}
