import { type PrincipalName, type Statement, splitArn } from "@portcullis/policy";
import { checkNoPublicAccess } from "../access/no-public-access.ts";
import { conditionsText } from "../access/words.ts";
import { type Directory, type Entity, trustPolicy } from "../account/directory.ts";
import type { AccountFinding, FindingsOptions } from "./finding.ts";
import { makeFinding, placeOf, statementEvidence } from "./make-finding.ts";

/** Steps that one role's trust policy may take. */
const EFFORT = 200_000;

/** What a role's trust policy opens to others than the account itself. */
export function* trustFindings(
  role: Entity,
  directory: Directory,
  { trustedAccounts, trustedOrganizations, services }: FindingsOptions,
): Generator<AccountFinding> {
  const { trust } = role;
  if (trust?.policy === undefined) return;
  const owned = trustPolicy(role.arn, trust);
  const base = placeOf(role);
  const zone: ZoneOfTrust = {
    accounts: new Set([directory.account, ...(trustedAccounts ?? [])]),
    organizations: new Set(trustedOrganizations),
  };
  const external = externalNames(trust.policy.statements, zone);
  let isPublic = false;
  if (external.some(({ isOpen }) => isOpen)) {
    const { account } = directory;
    const check = checkNoPublicAccess([trust.text], {
      kind: "trust",
      account,
      services,
      effort: EFFORT,
    });
    if (check.result === "FAIL" || check.result === "UNDECIDED") {
      isPublic = true;
      const proved = check.result === "FAIL";
      const [reason] = check.reasons;
      yield makeFinding({
        ...base,
        kind: "PublicAccess",
        severity: proved ? "CRITICAL" : "HIGH",
        title: proved
          ? "Anyone can assume the role"
          : "It can't be ruled out that anyone can assume the role",
        details: reason?.description ?? check.message,
        evidence: statementEvidence(owned, reason?.statementIndex ?? 0),
        remedy:
          "Name principals in the trust policy, or add a condition that tells yours, such as aws:PrincipalOrgID.",
        externalPrincipal: "*",
      });
    }
  }
  for (const { name, statement, index, isOpen } of external) {
    // A provider is also a finding by its name.
    if (isOpen && (isPublic || name !== "*")) continue;
    const guarded = statement.condition.some(({ key }) => GUARDS.test(key));
    yield makeFinding(
      {
        ...base,
        kind: "ExternalAccess",
        severity: guarded ? "LOW" : "MEDIUM",
        title: "The role trusts a principal outside the account",
        details: `${isOpen ? "Anyone" : name} can assume the role${conditionsText(statement.condition)}.`,
        evidence: statementEvidence(owned, index),
        remedy: guarded
          ? "If this is not intended, remove the principal from the trust policy."
          : "Remove the principal from the trust policy, or require sts:ExternalId, which others can't guess.",
        externalPrincipal: name,
      },
      name,
    );
  }
}

const GUARDS =
  /^(?:sts:ExternalId|aws:PrincipalOrgID|aws:SourceIdentity|aws:MultiFactorAuthPresent)$|:(?:sub|aud)$/i;

/** The principals whose access is intended. */
interface ZoneOfTrust {
  readonly accounts: ReadonlySet<string>;
  readonly organizations: ReadonlySet<string>;
}

/** Whether the statement's conditions hold for principals within the zone of trust only. */
const isWithin = ({ condition }: Statement, { accounts, organizations }: ZoneOfTrust): boolean =>
  condition.some(({ operator, key, values }) => {
    // A set operator or IfExists is met by requests without the key.
    if (operator.toLowerCase() !== "stringequals" || values.length === 0) return false;
    const lower = key.toLowerCase();
    if (lower === "aws:principalorgid") return values.every((one) => organizations.has(one));
    if (lower === "aws:principalaccount") return values.every((one) => accounts.has(one));
    return false;
  });

interface External {
  readonly name: string;
  readonly statement: Statement;
  readonly index: number;
  /** Any principal: only conditions can limit it. */
  readonly isOpen: boolean;
}

function externalNames(statements: readonly Statement[], zone: ZoneOfTrust): readonly External[] {
  return statements.flatMap((statement, index): readonly External[] => {
    const { effect, principal } = statement;
    if (effect === "Deny" || principal === undefined || isWithin(statement, zone)) return [];
    const open = principal.everyone || principal.match === "except";
    const all: External[] = open ? [{ name: "*", statement, index, isOpen: true }] : [];
    for (const { type, value } of principal.names) {
      if (type === "Service" || principal.match === "except") continue;
      const account =
        type === "AWS" ? (/^\d{12}$/.test(value) ? value : splitArn(value)?.account) : undefined;
      // A unique id is of a deleted entity or of another account; it does not say which.
      if (type === "AWS" && (account === undefined || zone.accounts.has(account))) continue;
      all.push({ name: value, statement, index, isOpen: false });
      if (type === "Federated") all.push({ name: value, statement, index, isOpen: true });
    }
    return all;
  });
}

/** The finding of a role that no principal can assume. */
export function* unassumableFindings(
  role: Entity,
  directory: Directory,
): Generator<AccountFinding> {
  const { arn, trust } = role;
  if (trust !== undefined && trust.policy === undefined) return;
  const dead: string[] = [];
  for (const { effect, principal } of trust?.policy?.statements ?? []) {
    if (effect === "Deny") continue;
    if (principal === undefined || principal.everyone || principal.match === "except") return;
    const gone = principal.names.filter((name) => isGone(name, directory));
    if (gone.length < principal.names.length) return;
    dead.push(...gone.map(({ value }) => value));
  }
  yield makeFinding({
    kind: "UnassumableRole",
    severity: "LOW",
    ...placeOf(role),
    title: "Nobody can assume the role",
    details:
      dead.length === 0
        ? "The role's trust policy allows nothing."
        : `All principals that the role's trust policy names are gone: ${dead.slice(0, 5).join(", ")}.`,
    evidence: trust === undefined ? [] : statementEvidence(trustPolicy(arn, trust), 0),
    remedy: "Delete the role, or name principals that exist in its trust policy.",
  });
}

/** Whether a name is of a user or role of the account that is not there. */
function isGone({ type, value }: PrincipalName, { account, byArn, byId }: Directory): boolean {
  if (type !== "AWS") return false;
  // The document names an entity by its id once it is deleted.
  if (/^A(?:IDA|ROA)/.test(value)) return !byId.has(value);
  const arn = splitArn(value);
  if (arn?.account !== account || arn.service !== "iam" || arn.resource === "root") return false;
  return !byArn.has(value);
}
