import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ActionAccess, PrincipalAccess } from "@portcullis/analysis";
import { GrantList } from "../../analysis/grant-list.tsx";
import { rolePath, userPath } from "../../app/paths.ts";
import type { Column } from "../../list/paged-table.tsx";
import { nameOf } from "../../permissions/permission-choice.ts";
import { RouterLink } from "../../ui/router-link.tsx";
import { Status } from "../../ui/status.tsx";

export const WHO_COLUMNS: readonly Column<PrincipalAccess>[] = [
  {
    id: "principal",
    header: "Principal",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ principal }) => nameOf(principal).toLowerCase(),
    cell: ({ principal, principalType }) => (
      <RouterLink
        to={principalType === "User" ? userPath(nameOf(principal)) : rolePath(nameOf(principal))}
      >
        <span className="break">{nameOf(principal)}</span>
      </RouterLink>
    ),
  },
  {
    id: "type",
    header: "Type",
    minWidth: 80,
    sortBy: ({ principalType }) => principalType,
    cell: ({ principalType }) => principalType,
  },
  {
    id: "access",
    header: "Access",
    minWidth: 140,
    sortBy: ({ access }) => access,
    cell: ({ access, conditionKeys }) => <AccessMark access={access} keys={conditionKeys} />,
  },
  {
    id: "chain",
    header: "By way of",
    minWidth: 180,
    sortBy: ({ roles }) => roles.length,
    cell: ({ roles }) => <Chain roles={roles} />,
  },
  {
    id: "grants",
    header: "Allowed by",
    minWidth: 220,
    cell: ({ grants }) => <GrantList grants={grants} />,
  },
];

export const WHAT_COLUMNS: readonly Column<ActionAccess>[] = [
  {
    id: "action",
    header: "Action",
    isRowHeader: true,
    minWidth: 180,
    sortBy: ({ action }) => action.toLowerCase(),
    cell: ({ action }) => <span className="break">{action}</span>,
  },
  {
    id: "level",
    header: "Access level",
    minWidth: 120,
    sortBy: ({ accessLevel }) => accessLevel,
    cell: ({ accessLevel }) => accessLevel,
  },
  {
    id: "access",
    header: "Access",
    minWidth: 140,
    sortBy: ({ access }) => access,
    cell: ({ access, conditionKeys }) => <AccessMark access={access} keys={conditionKeys} />,
  },
  {
    id: "resources",
    header: "Resources",
    minWidth: 200,
    cell: ({ resources }) => <span className="break">{resources.join(", ") || "–"}</span>,
  },
  {
    id: "grants",
    header: "Allowed by",
    minWidth: 220,
    cell: ({ grants }) => <GrantList grants={grants} />,
  },
];

/** Whether it is allowed, and what it depends on. */
export function AccessMark({
  access,
  keys,
}: {
  readonly access: ActionAccess["access"];
  readonly keys: readonly string[];
}) {
  if (access === "allowed") return <StatusIndicator type="success">Yes</StatusIndicator>;
  if (access === "denied") return <StatusIndicator type="stopped">No</StatusIndicator>;
  return (
    <Status type="warning" label="On conditions">
      Depends on {keys.join(", ") || "the request"}
    </Status>
  );
}

/** The roles that are assumed one after the other, each trusting the one before. */
function Chain({ roles }: { readonly roles: readonly string[] }) {
  if (roles.length === 0) return <>Its own policies</>;
  return (
    <ol className="chain">
      {roles.map((role) => (
        <li key={role}>
          assumes{" "}
          <RouterLink to={`${rolePath(nameOf(role))}?tab=trust`}>
            <span className="break">{nameOf(role)}</span>
          </RouterLink>
        </li>
      ))}
    </ol>
  );
}
