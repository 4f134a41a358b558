import type { User } from "@aws-sdk/client-iam";
import {
  type CredentialReport,
  type CredentialRow,
  reportedTime,
} from "../../api/credential-report.ts";
import type { Column } from "../../list/paged-table.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import type { RowDetail } from "./row-details.ts";

/** What the credential report says of each user. */
export type Credentials = ReadonlyMap<string, CredentialRow>;

export const credentialsByUser = (report: CredentialReport | undefined): Credentials =>
  new Map(report?.rows.map((row) => [row.user ?? "", row]));

/** For a value that is not known: not answered yet, not allowed, or newer than the report. */
const UNKNOWN = "–";

const time = (moment: Date | undefined): number => moment?.getTime() ?? 0;

export function userColumns(
  details: ReadonlyMap<string, RowDetail>,
  credentials: Credentials,
): readonly Column<User>[] {
  const rowOf = ({ UserName = "" }: User) => credentials.get(UserName);
  const lastActivity = (user: User) => latest(user.PasswordLastUsed, keyUse(rowOf(user)));
  return [
    {
      id: "name",
      header: "Name",
      isRowHeader: true,
      minWidth: 160,
      sortBy: ({ UserName = "" }) => UserName.toLowerCase(),
      cell: ({ UserName = "" }) => (
        <RouterLink to={`/users/${encodeURIComponent(UserName)}`}>
          <span className="break">{UserName}</span>
        </RouterLink>
      ),
    },
    {
      id: "path",
      header: "Path",
      minWidth: 80,
      sortBy: ({ Path = "" }) => Path,
      cell: ({ Path }) => <span className="break">{Path}</span>,
    },
    {
      id: "groups",
      header: "Groups",
      minWidth: 90,
      cell: ({ UserName = "" }) => details.get(UserName)?.groups ?? UNKNOWN,
    },
    {
      id: "mfa",
      header: "MFA",
      minWidth: 80,
      cell: ({ UserName = "" }) => {
        const devices = details.get(UserName)?.mfaDevices;
        return devices === undefined ? UNKNOWN : devices > 0 ? "Yes" : "No";
      },
    },
    {
      id: "activity",
      header: "Last activity",
      minWidth: 130,
      sortBy: (user) => time(lastActivity(user)),
      cell: (user) => <Ago moment={lastActivity(user)} />,
    },
    {
      id: "password",
      header: "Password age",
      minWidth: 130,
      sortBy: (user) => time(reportedTime(rowOf(user)?.password_last_changed)),
      cell: (user) => passwordAge(rowOf(user)),
    },
    {
      id: "keys",
      header: "Oldest active key",
      minWidth: 130,
      sortBy: (user) => time(keyAge(rowOf(user))),
      cell: (user) => oldestKey(rowOf(user)),
    },
  ];
}

const KEYS = ["access_key_1", "access_key_2"] as const;

const keyUse = (row: CredentialRow | undefined): Date | undefined =>
  latest(...KEYS.map((key) => reportedTime(row?.[`${key}_last_used_date`])));

/** When the oldest active key was made. */
function keyAge(row: CredentialRow | undefined): Date | undefined {
  const made = KEYS.filter((key) => row?.[`${key}_active`] === "true").flatMap(
    (key) => reportedTime(row?.[`${key}_last_rotated`]) ?? [],
  );
  return made.reduce<Date | undefined>(
    (oldest, date) => (oldest === undefined || date < oldest ? date : oldest),
    undefined,
  );
}

function passwordAge(row: CredentialRow | undefined) {
  if (row === undefined) return UNKNOWN;
  if (row.password_enabled !== "true") return "None";
  return <Ago moment={reportedTime(row.password_last_changed)} />;
}

function oldestKey(row: CredentialRow | undefined) {
  if (row === undefined) return UNKNOWN;
  const made = keyAge(row);
  return made === undefined ? "None" : <Ago moment={made} />;
}

function latest(...moments: readonly (Date | undefined)[]): Date | undefined {
  return moments.reduce(
    (last, moment) =>
      moment !== undefined && (last === undefined || moment > last) ? moment : last,
    undefined,
  );
}
