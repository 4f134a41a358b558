import type {
  AccountModel,
  CredentialReportRow,
  PrincipalUse,
  RoleDetail,
} from "../account/model.ts";
import type { AccountFinding, FindingsOptions } from "./finding.ts";
import { makeFinding } from "./make-finding.ts";

const DAY = 86_400_000;
/** As Access Analyzer has it. */
const UNUSED_AFTER_DAYS = 90;

/**
 * The time before which a last use is too long ago; undefined when the present time is not given.
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

const dateText = (time: number): string => new Date(time).toISOString();

function lastUsedText(time: number | undefined): string {
  return time === undefined ? "It was never used." : `It was last used on ${dateText(time)}.`;
}

/** A user's password, keys, and the user itself, by its row of the credential report. */
export function* credentialFindings(
  row: CredentialReportRow,
  since: number,
): Generator<AccountFinding> {
  if (row.user === "<root_account>") return;
  const base = {
    resource: row.arn,
    resourceType: "AWS::IAM::User" as const,
    severity: "MEDIUM" as const,
  };
  const uses: number[] = [];
  let active = 0;
  const stale = (
    lastUsed: string | undefined,
    madeAt: string | undefined,
  ): { readonly is: boolean; readonly at: number | undefined } => {
    active++;
    const at = timeOf(lastUsed);
    if (at !== undefined) uses.push(at);
    const made = timeOf(madeAt);
    // What is younger had no time to be used.
    return { at, is: (at ?? 0) < since && (made ?? 0) < since };
  };
  if (row.password_enabled === "true") {
    const { is, at } = stale(
      row.password_last_used,
      row.password_last_changed ?? row.user_creation_time,
    );
    if (is) {
      yield makeFinding({
        ...base,
        kind: "UnusedPassword",
        title: "The user's password is not used",
        details: lastUsedText(at),
        evidence: [
          { type: "usage", text: `password_last_used: ${row.password_last_used ?? "N/A"}` },
        ],
        remedy: "Delete the user's login profile.",
        unused: at === undefined ? {} : { lastUsed: dateText(at) },
      });
    }
  }
  for (const key of ["access_key_1", "access_key_2"]) {
    if (row[`${key}_active`] !== "true") continue;
    const { is, at } = stale(row[`${key}_last_used_date`], row[`${key}_last_rotated`]);
    if (!is) continue;
    const id = row[`${key}_id`];
    yield makeFinding(
      {
        ...base,
        kind: "UnusedAccessKey",
        title: "An access key of the user is not used",
        details: `${key}: ${lastUsedText(at)}`,
        evidence: [
          {
            type: "usage",
            text: `${key}_last_used_date: ${row[`${key}_last_used_date`] ?? "N/A"}`,
          },
        ],
        remedy: "Deactivate the access key, and delete it some days later.",
        unused: {
          ...(at === undefined ? {} : { lastUsed: dateText(at) }),
          ...(id === undefined ? {} : { accessKeyId: id }),
        },
      },
      id ?? key,
    );
  }
  const created = timeOf(row.user_creation_time);
  if (Math.max(0, ...uses) >= since || (created ?? 0) >= since) return;
  const last = uses.length === 0 ? undefined : Math.max(...uses);
  yield makeFinding({
    ...base,
    kind: "UnusedUser",
    severity: active > 0 ? "MEDIUM" : "LOW",
    title: active > 0 ? "The user is not used" : "The user has no credentials",
    details:
      active > 0 ? lastUsedText(last) : "It has neither a password nor an active access key.",
    evidence: [{ type: "usage", text: `user_creation_time: ${row.user_creation_time ?? "N/A"}` }],
    remedy: "Delete the user.",
    unused: last === undefined ? {} : { lastUsed: dateText(last) },
  });
}

/** A role that was not used. */
export function* roleUseFindings(
  { Arn, CreateDate, RoleLastUsed, Path }: RoleDetail,
  since: number,
): Generator<AccountFinding> {
  if (Arn === undefined || CreateDate === undefined || Path?.startsWith("/aws-service-role/"))
    return;
  const at = timeOf(RoleLastUsed?.LastUsedDate);
  const created = timeOf(CreateDate);
  if (created === undefined || created >= since || (at ?? 0) >= since) return;
  yield makeFinding({
    kind: "UnusedRole",
    severity: "MEDIUM",
    resource: Arn,
    resourceType: "AWS::IAM::Role",
    title: "The role is not used",
    details: lastUsedText(at),
    evidence: [
      { type: "usage", text: `RoleLastUsed: ${at === undefined ? "none" : dateText(at)}` },
    ],
    remedy: "Delete the role.",
    unused: at === undefined ? {} : { lastUsed: dateText(at) },
  });
}

/** The ARNs of users and roles that had no time yet to use their permissions. */
export const createdSince = (
  { UserDetailList, RoleDetailList }: AccountModel,
  since: number,
): ReadonlySet<string> =>
  new Set(
    [...(UserDetailList ?? []), ...(RoleDetailList ?? [])].flatMap(({ Arn, CreateDate }) =>
      Arn !== undefined && (timeOf(CreateDate) ?? 0) >= since ? [Arn] : [],
    ),
  );

/** Services and actions that a principal may use and does not. */
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
    const whole = (at ?? 0) < since;
    const actions = (TrackedActionsLastAccessed ?? []).flatMap(
      ({ ActionName, LastAccessedTime }) => {
        const used = timeOf(LastAccessedTime);
        if (ActionName === undefined || (used ?? 0) >= since) return [];
        return [
          {
            action: `${service}:${ActionName}`,
            ...(used === undefined ? {} : { lastUsed: dateText(used) }),
          },
        ];
      },
    );
    if (!whole && actions.length === 0) continue;
    const names = actions.slice(0, 10).map(({ action }) => action);
    yield makeFinding(
      {
        kind: "UnusedPermission",
        severity: "LOW",
        resource: Arn,
        resourceType: Arn.includes(":role/") ? "AWS::IAM::Role" : "AWS::IAM::User",
        title: whole
          ? `Permissions of ${service} are not used`
          : `Actions of ${service} are not used`,
        details: whole
          ? lastUsedText(at)
          : `Not used: ${names.join(", ")}${actions.length > names.length ? " and others" : ""}.`,
        evidence: [
          { type: "usage", text: `${service}: ${at === undefined ? "never" : dateText(at)}` },
        ],
        remedy: whole
          ? `Remove the permissions of ${service} from the principal's policies.`
          : "Remove the actions from the principal's policies.",
        unused: { service, actions, ...(at === undefined ? {} : { lastUsed: dateText(at) }) },
      },
      service,
    );
  }
}
