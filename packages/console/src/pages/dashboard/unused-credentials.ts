import type { CredentialReport, CredentialRow } from "../../api/credential-report.ts";
import { reportedTime } from "../../api/credential-report.ts";

/** A password or an access key that nobody used for long. */
export interface UnusedCredential {
  readonly userName: string;
  readonly kind: "password" | "key";
  /** Undefined: never used. */
  readonly lastUsedAt: Date | undefined;
  /** When it was made or last changed: it tells a user's keys apart. */
  readonly madeAt: Date;
}

const DAY = 86_400_000;
export const UNUSED_DAYS = 90;

/** Credentials of users that were neither used nor made within the last 90 days. */
export function unusedCredentials(
  { rows }: CredentialReport,
  nowMilliseconds: number,
): readonly UnusedCredential[] {
  const since = nowMilliseconds - UNUSED_DAYS * DAY;
  return rows
    .filter(({ user }) => user !== "<root_account>")
    .flatMap((row) => credentialsOf(row))
    .filter(
      ({ lastUsedAt, madeAt }) => Math.max(lastUsedAt?.getTime() ?? 0, madeAt.getTime()) < since,
    );
}

function credentialsOf(row: CredentialRow): readonly UnusedCredential[] {
  const userName = row.user ?? "";
  const found: UnusedCredential[] = [];
  const passwordSetAt = reportedTime(row.password_last_changed);
  if (row.password_enabled === "true" && passwordSetAt !== undefined)
    found.push({
      userName,
      kind: "password",
      madeAt: passwordSetAt,
      lastUsedAt: reportedTime(row.password_last_used),
    });
  for (const key of ["access_key_1", "access_key_2"]) {
    const madeAt = reportedTime(row[`${key}_last_rotated`]);
    if (row[`${key}_active`] !== "true" || madeAt === undefined) continue;
    found.push({
      userName,
      kind: "key",
      madeAt,
      lastUsedAt: reportedTime(row[`${key}_last_used_date`]),
    });
  }
  return found;
}
