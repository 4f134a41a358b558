import type {
  AccountModel,
  CredentialReportRow,
  PrincipalUse,
  RoleDetail,
} from "../account/model.ts";
import type { AccountFinding, FindingsOptions, UnusedDetails } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";

const DAY = 86_400_000;
/** As Access Analyzer has it. */
const UNUSED_AFTER_DAYS = 90;

/**
 * The time before which a last use is too long ago, in milliseconds since 1970; undefined when the
 * present time is not given.
 */
export function unusedSince({ now, unusedAfterDays }: FindingsOptions): number | undefined {
  return now === undefined ? undefined : now - (unusedAfterDays ?? UNUSED_AFTER_DAYS) * DAY;
}

/** Undefined: never, or not known. */
function timeOf(date: Date | string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const time = typeof date === "string" ? Date.parse(date) : date.getTime();
  return Number.isNaN(time) ? undefined : time;
}

/** What is not known, or never was, is not recent. */
const isRecent = (time: number | undefined, since: number): boolean => (time ?? 0) >= since;

const dateText = (time: number): string => new Date(time).toISOString();

function lastUsedText(time: number | undefined): string {
  return time === undefined ? "It was never used." : `It was last used on ${dateText(time)}.`;
}

/**
 * A finding of something that is not used.
 *
 * @param at its last use, in milliseconds since 1970; undefined: never, or not known
 * @param usage the evidence: the record of its use
 */
function unusedFinding(
  finding: Pick<AccountFinding, "kind" | "severity" | "resource" | "resourceType" | "title"> &
    Pick<AccountFinding, "remedy"> & { readonly details?: string },
  at: number | undefined,
  usage: string,
  unused: UnusedDetails = {},
  subject?: string,
): AccountFinding {
  return makeFinding(
    {
      details: lastUsedText(at),
      ...finding,
      evidence: [{ type: "usage", text: usage }],
      unused: { ...unused, ...lastUsed(at) },
    },
    subject,
  );
}

const lastUsed = (at: number | undefined): { readonly lastUsed?: string } =>
  at === undefined ? {} : { lastUsed: dateText(at) };

/** A password or an access key that is active, as a row of the credential report has it. */
interface Credential {
  readonly finding: Pick<AccountFinding, "kind" | "title" | "remedy">;
  /** The column of its last use. */
  readonly column: string;
  readonly madeAt: string | undefined;
  /** The access key's column; empty for the password. */
  readonly key: string;
}

function* activeCredentials(row: CredentialReportRow): Generator<Credential> {
  if (row.password_enabled === "true")
    yield {
      finding: {
        kind: "UnusedPassword",
        title: "The user's password is not used",
        remedy: "Delete the user's login profile.",
      },
      column: "password_last_used",
      madeAt: row.password_last_changed ?? row.user_creation_time,
      key: "",
    };
  for (const key of ["access_key_1", "access_key_2"])
    if (row[`${key}_active`] === "true")
      yield {
        finding: {
          kind: "UnusedAccessKey",
          title: "An access key of the user is not used",
          remedy: "Deactivate the access key, and delete it some days later.",
        },
        column: `${key}_last_used_date`,
        madeAt: row[`${key}_last_rotated`],
        key,
      };
}

/**
 * Findings of a user's unused password and keys, and of the unused user, by its row of the
 * credential report. `since` is in milliseconds since 1970, here and below.
 */
export function* credentialFindings(
  row: CredentialReportRow,
  since: number,
): Generator<AccountFinding> {
  if (row.user === "<root_account>") return;
  const user = { resource: row.arn, resourceType: "AWS::IAM::User", severity: "MEDIUM" } as const;
  const usageOf = (column: string): string => `${column}: ${row[column] ?? "N/A"}`;
  const credentials = [...activeCredentials(row)];
  for (const { finding, column, madeAt, key } of credentials) {
    const at = timeOf(row[column]);
    // What is younger had no time to be used.
    if (isRecent(at, since) || isRecent(timeOf(madeAt), since)) continue;
    const accessKeyId = row[`${key}_id`];
    yield unusedFinding(
      { ...user, ...finding, details: `${key && `${key}: `}${lastUsedText(at)}` },
      at,
      usageOf(column),
      accessKeyId === undefined ? {} : { accessKeyId },
      accessKeyId ?? key,
    );
  }
  const uses = credentials.flatMap(({ column }) => timeOf(row[column]) ?? []);
  const last = uses.length === 0 ? undefined : Math.max(...uses);
  if (isRecent(last, since) || isRecent(timeOf(row.user_creation_time), since)) return;
  const finding = { ...user, kind: "UnusedUser", remedy: "Delete the user." } as const;
  yield unusedFinding(
    credentials.length > 0
      ? { ...finding, title: "The user is not used" }
      : {
          ...finding,
          severity: "LOW",
          title: "The user has no credentials",
          details: "It has neither a password nor an active access key.",
        },
    last,
    usageOf("user_creation_time"),
  );
}

/** The finding of a role that was not used. */
export function* roleUseFindings(
  { Arn, CreateDate, RoleLastUsed, Path }: RoleDetail,
  since: number,
): Generator<AccountFinding> {
  if (Arn === undefined || CreateDate === undefined || Path?.startsWith("/aws-service-role/"))
    return;
  const at = timeOf(RoleLastUsed?.LastUsedDate);
  const created = timeOf(CreateDate);
  if (created === undefined || isRecent(created, since) || isRecent(at, since)) return;
  yield unusedFinding(
    {
      kind: "UnusedRole",
      severity: "MEDIUM",
      resource: Arn,
      resourceType: "AWS::IAM::Role",
      title: "The role is not used",
      remedy: "Delete the role.",
    },
    at,
    `RoleLastUsed: ${at === undefined ? "none" : dateText(at)}`,
  );
}

/** The ARNs of users and roles that had no time yet to use their permissions. */
export const createdSince = (
  { UserDetailList, RoleDetailList }: AccountModel,
  since: number,
): ReadonlySet<string> =>
  new Set(
    [...(UserDetailList ?? []), ...(RoleDetailList ?? [])].flatMap(({ Arn, CreateDate }) =>
      Arn !== undefined && isRecent(timeOf(CreateDate), since) ? [Arn] : [],
    ),
  );

/** Findings of services and actions that a principal may use and does not. */
export function* permissionFindings(
  { Arn, ServicesLastAccessed }: PrincipalUse,
  since: number,
): Generator<AccountFinding> {
  for (const {
    ServiceNamespace: service,
    LastAuthenticated,
    TrackedActionsLastAccessed,
  } of ServicesLastAccessed) {
    if (service === undefined) continue;
    const at = timeOf(LastAuthenticated);
    const whole = !isRecent(at, since);
    const actions = (TrackedActionsLastAccessed ?? []).flatMap(
      ({ ActionName, LastAccessedTime }) => {
        const used = timeOf(LastAccessedTime);
        return ActionName === undefined || isRecent(used, since)
          ? []
          : [{ action: `${service}:${ActionName}`, ...lastUsed(used) }];
      },
    );
    if (!whole && actions.length === 0) continue;
    const names = actions.slice(0, 10).map(({ action }) => action);
    yield unusedFinding(
      {
        kind: "UnusedPermission",
        severity: "LOW",
        resource: Arn,
        resourceType: Arn.includes(":role/") ? "AWS::IAM::Role" : "AWS::IAM::User",
        ...(whole
          ? {
              title: `Permissions of ${service} are not used`,
              remedy: `Remove the permissions of ${service} from the principal's policies.`,
            }
          : {
              title: `Actions of ${service} are not used`,
              details: `Not used: ${names.join(", ")}${actions.length > names.length ? " and others" : ""}.`,
              remedy: "Remove the actions from the principal's policies.",
            }),
      },
      at,
      `${service}: ${at === undefined ? "never" : dateText(at)}`,
      { service, actions },
      service,
    );
  }
}
