import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useMemo, useState } from "react";
import { LeftOut } from "../../analysis/left-out.tsx";
import { useAccount } from "../../analysis/use-account.ts";
import { type ProtectedApi, type ProtectedRoute, questionOf } from "../../apis/catalog.ts";
import { loadUses, USE_DAYS } from "../../apis/route-use.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { wholeListing } from "../../list/whole-listing.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Failure } from "../../ui/failure.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { routeColumns } from "./route-columns.tsx";
import { useCallers } from "./use-callers.ts";

const idOf = ({ RouteKey }: ProtectedRoute): string => RouteKey;
const textOf = ({ RouteKey, Action, Resource, Description }: ProtectedRoute): string =>
  [RouteKey, Action, Resource, Description].join(" ");

/** The routes come with the API. */
const THERE = { isLoading: false, failure: undefined, reload: async () => {} };

/** The API's routes: what policies must allow, who can call each, and when it was last called. */
export function RoutesTab({ api }: { readonly api: ProtectedApi }) {
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const { read, failure, progress, reload } = useAccount();
  const uses = useQuery(loadUses, []);
  const [visible, setVisible] = useState<readonly ProtectedRoute[]>([]);
  const questions = useMemo(
    () => visible.map((route) => questionOf(route, api, account)),
    [visible, api, account],
  );
  const { callers, failure: unanswered } = useCallers(read, questions);
  const columns = useMemo(
    () => routeColumns({ api, account, callers, uses: uses.data, isRead: read !== undefined }),
    [api, account, callers, uses.data, read],
  );
  return (
    <SpaceBetween size="l">
      <PagedTable
        title="Routes"
        what="routes"
        listing={wholeListing(THERE, api.Routes)}
        columns={columns}
        idOf={idOf}
        textOf={textOf}
        onVisible={setVisible}
        empty="The API has no routes."
      />
      <LiveRegion>
        {progress !== undefined && <StatusIndicator type="loading">{progress}</StatusIndicator>}
      </LiveRegion>
      {[failure, unanswered].map(
        (one) => one && <Failure key={one.message} failure={one} onRetry={reload} />,
      )}
      {uses.failure !== undefined && <Failure failure={uses.failure} onRetry={uses.reload} />}
      <LeftOut
        header="What this does not see"
        sentences={[
          ...(read?.leftOut ?? []),
          "Who can call a route is asked for a resource named example: a policy for one resource alone does not count.",
          "Principals of other accounts, and a policy of the API itself, are left out.",
          ...(uses.data?.isComplete === false
            ? [`The account used more in ${USE_DAYS} days than one report holds.`]
            : []),
          "Calls are counted by route: APIs of one service with the same route are counted together.",
        ]}
      />
    </SpaceBetween>
  );
}
