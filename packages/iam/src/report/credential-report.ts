import type { AccessKeyRecord } from "../record/access-key.ts";
import type { AccessKeyUsage } from "../record/access-key-usage.ts";
import type { PasswordPolicy } from "../record/password-policy.ts";
import { type RootRecord, rootArn } from "../record/root.ts";
import { type UserRecord, userArn } from "../record/user.ts";
import { passwordExpiry } from "../sign-in/password-policy.ts";

/** AWS's columns, in its order (IAM UG/id_credentials_getting-report). */
export const REPORT_COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  "access_key_1_active",
  "access_key_1_last_rotated",
  "access_key_1_last_used_date",
  "access_key_1_last_used_region",
  "access_key_1_last_used_service",
  "access_key_2_active",
  "access_key_2_last_rotated",
  "access_key_2_last_used_date",
  "access_key_2_last_used_region",
  "access_key_2_last_used_service",
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
] as const;

/** A user's credentials and their last use. */
export interface ReportedCredentials {
  /** ISO 8601. */
  readonly passwordLastUsed?: string | undefined;
  readonly keys: readonly {
    readonly record: AccessKeyRecord;
    readonly usage: AccessKeyUsage | undefined;
  }[];
  readonly certificates: readonly { readonly status: string; readonly uploadedAt: string }[];
}

/** The root user's row of the report, in the order of `REPORT_COLUMNS`. */
export function rootRow(root: RootRecord, credentials: ReportedCredentials): readonly string[] {
  const { passwordLastUsed: at } = credentials;
  const lastUsed = at === undefined ? NO_INFORMATION : time(at);
  return [
    "<root_account>",
    rootArn(root.account),
    time(root.createdAt),
    "not_supported",
    lastUsed,
    "not_supported",
    "not_supported",
    String((root.mfaDevices ?? []).length > 0),
    ...credentialColumns(credentials),
  ];
}

/** A user's row of the report, in the order of `REPORT_COLUMNS`. */
export function userRow(
  user: UserRecord,
  policy: PasswordPolicy | undefined,
  credentials: ReportedCredentials,
): readonly string[] {
  const { principal, loginProfile } = user;
  const rotation = loginProfile && passwordExpiry(policy, loginProfile)?.toISOString();
  return [
    principal.name,
    userArn(principal),
    time(user.createdAt),
    String(loginProfile !== undefined),
    loginProfile === undefined
      ? NOT_APPLICABLE
      : credentials.passwordLastUsed === undefined
        ? NO_INFORMATION
        : time(credentials.passwordLastUsed),
    time(loginProfile?.changedAt),
    time(rotation),
    String((user.mfaDevices ?? []).length > 0),
    ...credentialColumns(credentials),
  ];
}

/** A line of CSV (RFC 4180), with AWS's line end. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;

const NOT_APPLICABLE = "N/A";
const NO_INFORMATION = "no_information";

const time = (iso: string | undefined): string =>
  iso === undefined ? NOT_APPLICABLE : `${iso.slice(0, 19)}+00:00`;

function credentialColumns({ keys, certificates }: ReportedCredentials): readonly string[] {
  const keyColumns = [0, 1].flatMap((index) => {
    const { record, usage } = keys[index] ?? {};
    return [
      String(record?.status === "Active"),
      time(record?.createdAt),
      time(usage?.lastUsedAt),
      usage?.region ?? NOT_APPLICABLE,
      usage?.serviceName ?? NOT_APPLICABLE,
    ];
  });
  const certificateColumns = [0, 1].flatMap((index) => {
    const certificate = certificates[index];
    return [String(certificate?.status === "Active"), time(certificate?.uploadedAt)];
  });
  return [...keyColumns, ...certificateColumns];
}
