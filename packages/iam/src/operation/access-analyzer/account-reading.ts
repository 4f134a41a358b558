import type { AccountModel, CredentialReportRow, PrincipalUse, Usage } from "@portcullis/analysis";
import { ApiError } from "../../error.ts";
import type { OperationContext } from "../../model/operation.ts";
import { accountCountKey } from "../../record/account.ts";
import { REPORT_COLUMNS } from "../../report/credential-report.ts";
import {
  findReportSubject,
  permittedServices,
  servicesUsedBy,
} from "../iam/report/access-advisor.ts";
import { authorizationDetailOperations } from "../iam/report/authorization-details.ts";
import { allRows } from "../iam/report/credential-rows.ts";
import { quotaExceeded } from "./analyzer-target.ts";

/** Accounts are read and analyzed within one call, whose function has 25 seconds. */
const PRINCIPALS_AT_MOST = 5_000;

/** The account's users, groups, roles and policies. */
export async function readAccount(context: OperationContext): Promise<AccountModel> {
  const { GetAccountAuthorizationDetails } = authorizationDetailOperations;
  const pages: AccountModel[] = [];
  let Marker: string | undefined;
  do {
    const input = Marker === undefined ? { MaxItems: 1000 } : { MaxItems: 1000, Marker };
    const page = await GetAccountAuthorizationDetails.run(context, input);
    pages.push(page);
    ({ Marker } = page);
  } while (Marker !== undefined);
  return {
    AccountId: context.account,
    UserDetailList: pages.flatMap(({ UserDetailList = [] }) => UserDetailList),
    GroupDetailList: pages.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
    RoleDetailList: pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
    Policies: pages.flatMap(({ Policies = [] }) => Policies),
  };
}

/** The number of an account's users and roles. */
export async function countPrincipals({ account, unit }: OperationContext): Promise<number> {
  const [users, roles] = await Promise.all(
    (["users", "roles"] as const).map((what) => unit.counters(accountCountKey(account, what))),
  );
  return (users?.count ?? 0) + (roles?.count ?? 0);
}

/** @throws {ApiError} `ServiceQuotaExceededException` if one call can't analyze so many */
export function refuseTooMany(principals: number, account: string): void {
  if (principals <= PRINCIPALS_AT_MOST) return;
  throw quotaExceeded(
    `The zone of trust has ${principals} users and roles or more. Analyzers read ${PRINCIPALS_AT_MOST} at most.`,
    "Account",
    account,
  );
}

/** Principals whose use of services is looked at: each costs a read or more. */
const USES_AT_MOST = 1_000;
const AT_ONCE = 20;

/** What the account's users and roles used, and when. */
export async function readUsage(context: OperationContext, model: AccountModel): Promise<Usage> {
  const arns = [...(model.UserDetailList ?? []), ...(model.RoleDetailList ?? [])]
    .flatMap(({ Arn }) => Arn ?? [])
    .slice(0, USES_AT_MOST);
  const lastAccessed: PrincipalUse[] = [];
  for (let start = 0; start < arns.length; start += AT_ONCE) {
    const part = arns.slice(start, start + AT_ONCE);
    lastAccessed.push(...(await Promise.all(part.map((arn) => useOf(context, arn)))).flat());
  }
  const rows = await allRows(context);
  return { lastAccessed, credentialReport: rows.map(rowOf) };
}

/** None for a principal that was deleted meanwhile. */
async function useOf(context: OperationContext, arn: string): Promise<readonly PrincipalUse[]> {
  try {
    const entity = await findReportSubject(context, arn);
    const [actor] = await entity.actors();
    if (actor === undefined) return [];
    const used = await servicesUsedBy(context, actor.id);
    const services = [...permittedServices(entity).keys()].map((ServiceNamespace) => {
      const { at } = used.get(ServiceNamespace) ?? {};
      return {
        ServiceNamespace,
        ...(at === undefined ? {} : { LastAuthenticated: new Date(at) }),
      };
    });
    return [{ Arn: arn, ServicesLastAccessed: services }];
  } catch (error) {
    if (error instanceof ApiError && error.code === "NoSuchEntity") return [];
    throw error;
  }
}

function rowOf(cells: readonly string[]): CredentialReportRow {
  const columns = Object.fromEntries(REPORT_COLUMNS.map((name, at) => [name, cells[at] ?? ""]));
  return { ...columns, user: columns.user ?? "", arn: columns.arn ?? "" };
}
