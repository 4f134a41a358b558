import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ProtectedApi, type ProtectedRoute, questionOf } from "../../apis/catalog.ts";
import { type KnownUses, routeUse, USE_DAYS } from "../../apis/route-use.ts";
import { whoCanPath } from "../../app/paths.ts";
import type { Column } from "../../list/paged-table.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { type Callers, nameOfQuestion } from "./use-callers.ts";

interface Known {
  readonly api: ProtectedApi;
  readonly account: string;
  readonly callers: ReadonlyMap<string, Callers>;
  readonly uses: KnownUses | undefined;
  /** Whether the account is read, so that an answer will come. */
  readonly isRead: boolean;
}

export const routeColumns = (known: Known): readonly Column<ProtectedRoute>[] => [
  {
    id: "route",
    header: "Route",
    isRowHeader: true,
    minWidth: 200,
    sortBy: ({ Path = "", RouteKey }) => `${Path} ${RouteKey}`,
    cell: ({ RouteKey, Description }) => (
      <>
        <span className="break">{RouteKey}</span>
        {Description !== undefined && <div className="faint">{Description}</div>}
      </>
    ),
  },
  {
    id: "action",
    header: "Action",
    minWidth: 200,
    sortBy: ({ Action }) => Action.toLowerCase(),
    cell: ({ Action }) => <span className="break">{Action}</span>,
  },
  {
    id: "resource",
    header: "Resource",
    minWidth: 150,
    sortBy: ({ Resource }) => Resource,
    cell: ({ Resource, AccountFrom }) => (
      <>
        <span className="break">{Resource === "*" ? "* (the whole account)" : Resource}</span>
        {AccountFrom !== undefined && (
          <div className="faint break">account from {`{${AccountFrom}}`}</div>
        )}
      </>
    ),
  },
  {
    id: "keys",
    header: "Condition keys",
    minWidth: 150,
    cell: ({ ContextKeys }) =>
      ContextKeys.length === 0 ? (
        "–"
      ) : (
        <ul className="grants">
          {ContextKeys.map(({ Name, Type, From, Parameter }) => (
            <li key={Name} className="break">
              {Name} ({Type}, {From} {Parameter})
            </li>
          ))}
        </ul>
      ),
  },
  {
    id: "callers",
    header: "Who can call it",
    minWidth: 150,
    cell: (route) => <CallersCell route={route} known={known} />,
  },
  {
    id: "used",
    header: "Last called",
    minWidth: 130,
    sortBy: (route) => (known.uses && routeUse(known.uses, route)?.last.getTime()) ?? 0,
    cell: (route) => <UseCell route={route} uses={known.uses} />,
  },
];

function CallersCell({
  route,
  known: { api, account, callers, isRead },
}: {
  readonly route: ProtectedRoute;
  readonly known: Known;
}) {
  const question = questionOf(route, api, account);
  const found = callers.get(nameOfQuestion(question));
  if (found === undefined)
    return isRead ? <StatusIndicator type="loading">Asking</StatusIndicator> : <>–</>;
  return (
    <>
      <RouterLink to={whoCanPath(question.action, question.resource)}>
        {counted(found.allowed)}
      </RouterLink>
      {found.conditional > 0 && (
        <div className="faint">{found.conditional.toLocaleString("en")} more on conditions</div>
      )}
    </>
  );
}

const counted = (count: number): string =>
  count === 0
    ? "No user or role"
    : count === 1
      ? "1 user or role"
      : `${count.toLocaleString("en")} users and roles`;

function UseCell({
  route,
  uses,
}: {
  readonly route: ProtectedRoute;
  readonly uses: KnownUses | undefined;
}) {
  if (uses === undefined) return <>–</>;
  const use = routeUse(uses, route);
  if (use === undefined) return <>Not in {USE_DAYS} days</>;
  return (
    <>
      <Ago moment={use.last} />
      <div className="faint">{use.calls.toLocaleString("en")} calls</div>
    </>
  );
}
