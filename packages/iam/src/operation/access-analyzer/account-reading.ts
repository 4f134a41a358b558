import {
  type AccountFinding,
  type AccountModel,
  analyzeAccount,
  type CredentialReportRow,
  type FindingsOptions,
} from "@portcullis/analysis";
import type { OperationContext } from "../../model/operation.ts";
import type { AnalysisPosition, AnalysisRunRecord } from "../../record/analysis-run.ts";
import { type AnalyzerRecord, type FoundAccess, findsUnusedAccess } from "../../record/analyzer.ts";
import { roleLastUsedKey } from "../../record/last-used.ts";
import { partitionOf } from "../../record/partition.ts";
import { type RoleEntry, type RoleRecord, roleArn, roleKey } from "../../record/role.ts";
import { REPORT_COLUMNS } from "../../report/credential-report.ts";
import { runInTurns } from "../../run-in-turns.ts";
import { showTrusts } from "../../trust/trust-policy.ts";
import { userRows } from "../iam/report/credential-rows.ts";
import type { AnalysisLimits } from "./analysis-limits.ts";
import { foundAccess, isUnused } from "./analyzer-finding.ts";
import { serviceUses } from "./service-use.ts";
import type { ZoneOfTrust } from "./zone-of-trust.ts";

/** What a page is read for. */
interface PageOf {
  readonly analyzer: AnalyzerRecord;
  readonly zone: ZoneOfTrust;
  readonly run: Pick<AnalysisRunRecord, "startedAt">;
  readonly position: AnalysisPosition;
}

/** The findings of some users or roles. */
interface AnalyzedPage {
  readonly found: readonly FoundAccess[];
  readonly principals: number;
  /** The sort key of the last of them. Absent: the list ends. */
  readonly after?: string;
}

/**
 * Reads the next users or roles of a list, and analyzes them. What an analyzer finds about a
 * principal does not depend on others, so no more of the account is in memory.
 */
export async function analyzePage(
  context: OperationContext,
  { analyzer, zone, run, position }: PageOf,
  { principalsAtOnce }: AnalysisLimits,
): Promise<AnalyzedPage> {
  const own = { ...context, account: position.account };
  const read = position.list === "users" ? readUsers : readRoles;
  const page = await read(own, position.after, principalsAtOnce);
  const findings = findsUnusedAccess(analyzer.type)
    ? await unusedAccess(own, page, analyzer, Date.parse(run.startedAt))
    : await externalAccess(own, page.roles, zone);
  return {
    found: await runInTurns(foundAccess(analyzer.type, findings)),
    principals: page.principals,
    ...(page.after === undefined ? {} : { after: page.after }),
  };
}

interface PrincipalPage {
  readonly roles: readonly RoleRecord[];
  readonly rows: readonly CredentialReportRow[];
  readonly principals: number;
  readonly after: string | undefined;
}

async function readUsers(
  context: OperationContext,
  after: string | undefined,
  limit: number,
): Promise<PrincipalPage> {
  const slice = await userRows(context, after, limit);
  const rows = slice.rows.map(rowOf);
  return { roles: [], rows, principals: rows.length, after: slice.after };
}

async function readRoles(
  { account, unit }: OperationContext,
  after: string | undefined,
  limit: number,
): Promise<PrincipalPage> {
  const { records, more } = await unit.query<RoleEntry>({
    account,
    partition: partitionOf("roles"),
    limit,
    ...(after === undefined ? {} : { after }),
  });
  const found = await unit.getAll(records.map(({ data }) => roleKey(account, data.name)));
  const roles = found.filter((role): role is RoleRecord => role !== undefined);
  const last = more ? records.at(-1)?.key.sort : undefined;
  return { roles, rows: [], principals: roles.length, after: last };
}

/** An analysis parses the documents of all its roles in one turn, and white space is not limited. */
const ROLES_AT_ONCE = 10;

async function externalAccess(
  context: OperationContext,
  roles: readonly RoleRecord[],
  { accounts, organizations }: ZoneOfTrust,
): Promise<readonly AccountFinding[]> {
  const trusts = await showTrusts(
    context,
    roles.map(({ trust }) => trust),
  );
  const details = roles.map((role, index) => ({
    RoleName: role.name,
    Arn: roleArn(role),
    AssumeRolePolicyDocument: trusts[index],
  }));
  const options: FindingsOptions = {
    parts: ["principals"],
    trustedAccounts: accounts,
    trustedOrganizations: organizations,
  };
  const findings: AccountFinding[] = [];
  for (let start = 0; start < details.length; start += ROLES_AT_ONCE) {
    const RoleDetailList = details.slice(start, start + ROLES_AT_ONCE);
    findings.push(...(await analyze(context, { RoleDetailList }, options)));
  }
  return findings;
}

async function unusedAccess(
  context: OperationContext,
  { roles, rows }: PrincipalPage,
  { unusedAccessAge: unusedAfterDays }: AnalyzerRecord,
  now: number,
): Promise<readonly AccountFinding[]> {
  const { account, unit } = context;
  const options = { parts: ["usage"], now, unusedAfterDays } as const;
  const uses = await unit.getAll(roles.map(({ id }) => roleLastUsedKey(account, id)));
  const RoleDetailList = roles.map((role, index) => ({
    Arn: roleArn(role),
    Path: role.path,
    CreateDate: role.createdAt,
    RoleLastUsed: { LastUsedDate: uses[index]?.at },
  }));
  const UserDetailList = rows.map(({ arn: Arn, user_creation_time: CreateDate }) => ({
    Arn,
    CreateDate,
  }));
  const model = { RoleDetailList, UserDetailList };
  const whole = await analyze(context, model, { ...options, usage: { credentialReport: rows } });
  // Permissions of what is not used at all are no finding of their own.
  const unused = new Set(whole.filter(isUnused).map(({ resource }) => resource));
  const arns = [...UserDetailList, ...RoleDetailList].map(({ Arn }) => Arn);
  const lastAccessed = await serviceUses(
    context,
    arns.filter((arn) => !unused.has(arn)),
  );
  // The roles are here only for the dates of their creation.
  const dated = { UserDetailList: [...UserDetailList, ...RoleDetailList] };
  const permissions = await analyze(context, dated, { ...options, usage: { lastAccessed } });
  return [...whole, ...permissions];
}

const analyze = (
  { account }: OperationContext,
  model: AccountModel,
  options: FindingsOptions,
): Promise<readonly AccountFinding[]> =>
  runInTurns(analyzeAccount({ ...model, AccountId: account }, options));

function rowOf(cells: readonly string[]): CredentialReportRow {
  const columns = Object.fromEntries(REPORT_COLUMNS.map((name, at) => [name, cells[at] ?? ""]));
  return { ...columns, user: columns.user ?? "", arn: columns.arn ?? "" };
}
