import type { ServiceLastAccessed } from "@aws-sdk/client-iam";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { loadLastAccessed } from "../../analysis/last-accessed.ts";
import { Panel } from "../../ui/panel.tsx";
import { Ago } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { NeverUsedPanel } from "./never-used-panel.tsx";

/** Which of the allowed services and actions were used, and when. */
export function LastAccessedTab({
  userName,
  arn,
}: {
  readonly userName: string;
  readonly arn: string | undefined;
}) {
  const query = useQuery(
    async (signal) => (arn === undefined ? [] : loadLastAccessed(arn, "ACTION_LEVEL", signal)),
    [arn],
  );
  return (
    <SpaceBetween size="l">
      <Panel
        title="Last accessed"
        counter={query.data && `(${query.data.length})`}
        description="The services that the user's policies allow, and when each was last called. Calls show here within minutes."
        query={query}
        isEmpty={({ length }) => length === 0}
        empty="The user's policies allow no service."
      >
        {(services) => (
          <Table
            variant="embedded"
            items={services}
            trackBy="ServiceNamespace"
            wrapLines={true}
            ariaLabels={{ tableLabel: "Services" }}
            columnDefinitions={[
              {
                id: "service",
                header: "Service",
                isRowHeader: true,
                minWidth: 140,
                cell: ({ ServiceName, ServiceNamespace }) =>
                  ServiceName === ServiceNamespace
                    ? ServiceNamespace
                    : `${ServiceName} (${ServiceNamespace})`,
              },
              {
                id: "accessed",
                header: "Last accessed",
                minWidth: 140,
                cell: ({ LastAuthenticated }) => <Ago moment={LastAuthenticated} />,
              },
              { id: "actions", header: "Actions", minWidth: 200, cell: actionsOf },
            ]}
          />
        )}
      </Panel>
      {arn !== undefined && (
        <NeverUsedPanel userName={userName} arn={arn} services={query.data ?? []} />
      )}
    </SpaceBetween>
  );
}

function actionsOf({ TrackedActionsLastAccessed: actions = [] }: ServiceLastAccessed) {
  if (actions.length === 0) return "None called";
  return (
    <ExpandableSection headerText={`${actions.length} called`} variant="footer">
      {actions.map(({ ActionName, LastAccessedTime }) => (
        <div key={ActionName} className="break">
          {ActionName}: <Ago moment={LastAccessedTime} />
        </div>
      ))}
    </ExpandableSection>
  );
}
