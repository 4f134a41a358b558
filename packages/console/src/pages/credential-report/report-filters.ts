import { type CredentialRow, reportedTime } from "../../api/credential-report.ts";

export interface ReportFilter {
  readonly value: string;
  readonly label: string;
  readonly matches: (row: CredentialRow, nowMilliseconds: number) => boolean;
}

const DAY = 86_400_000;
const NINETY_DAYS = 90 * DAY;
const KEYS = ["access_key_1", "access_key_2"] as const;

const isOlder = (time: string | undefined, now: number): boolean => {
  const date = reportedTime(time);
  return date === undefined || now - date.getTime() > NINETY_DAYS;
};

const isKeyActive = (row: CredentialRow, key: string): boolean => row[`${key}_active`] === "true";

/** The questions that people ask of the report. */
export const REPORT_FILTERS: readonly ReportFilter[] = [
  {
    value: "no-mfa",
    label: "Password without MFA",
    matches: (row) => row.password_enabled === "true" && row.mfa_active === "false",
  },
  {
    value: "active-keys",
    label: "Active access keys",
    matches: (row) => KEYS.some((key) => isKeyActive(row, key)),
  },
  {
    value: "old-keys",
    label: "Active keys older than 90 days",
    matches: (row, now) =>
      KEYS.some((key) => isKeyActive(row, key) && isOlder(row[`${key}_last_rotated`], now)),
  },
  {
    value: "unused-passwords",
    label: "Passwords unused for 90 days",
    matches: (row, now) =>
      row.password_enabled === "true" &&
      isOlder(row.password_last_used, now) &&
      isOlder(row.password_last_changed, now),
  },
];
