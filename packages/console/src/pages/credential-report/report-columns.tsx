import { type CredentialRow, reportedTime } from "../../api/credential-report.ts";
import { userPath } from "../../app/paths.ts";
import type { Column } from "../../list/paged-table.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";

const ROOT = "<root_account>";

const YES_NO: Readonly<Record<string, string>> = { true: "Yes", false: "No" };

const text = (value: string | undefined): string => YES_NO[value ?? ""] ?? "–";

const time = (id: string, header: string, minWidth: number): Column<CredentialRow> => ({
  id,
  header,
  minWidth,
  sortBy: (row) => reportedTime(row[id])?.getTime() ?? 0,
  cell: (row) => {
    const moment = reportedTime(row[id]);
    return moment === undefined ? "–" : <Ago moment={moment} />;
  },
});

const flag = (id: string, header: string, minWidth: number): Column<CredentialRow> => ({
  id,
  header,
  minWidth,
  sortBy: (row) => text(row[id]),
  cell: (row) => text(row[id]),
});

export const REPORT_COLUMNS: readonly Column<CredentialRow>[] = [
  {
    id: "user",
    header: "User",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ user = "" }) => user.toLowerCase(),
    cell: ({ user = "" }) =>
      user === ROOT ? (
        "Root user"
      ) : (
        <RouterLink to={userPath(user)}>
          <span className="break">{user}</span>
        </RouterLink>
      ),
  },
  time("user_creation_time", "Created", 110),
  flag("password_enabled", "Password", 110),
  time("password_last_used", "Password used", 120),
  time("password_last_changed", "Password changed", 120),
  flag("mfa_active", "MFA", 80),
  flag("access_key_1_active", "Key 1 active", 100),
  time("access_key_1_last_rotated", "Key 1 created", 110),
  time("access_key_1_last_used_date", "Key 1 used", 110),
  flag("access_key_2_active", "Key 2 active", 100),
  time("access_key_2_last_rotated", "Key 2 created", 110),
  time("access_key_2_last_used_date", "Key 2 used", 110),
];
