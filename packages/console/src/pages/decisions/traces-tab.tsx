import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { portcullis } from "../../api/clients.ts";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import { principalOf } from "../../decisions/principal.ts";
import { PrincipalLink } from "../../decisions/principal-link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { exactTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { StartTraceDialog } from "./start-trace-dialog.tsx";

/** The principals whose allowed requests are recorded too, for a limited time. */
export function TracesTab() {
  const query = useQuery(
    (abortSignal) => portcullis(portcullisCommand("listTraces", {}), { abortSignal }),
    [],
  );
  const [isStarting, setStarting] = useState(false);
  const [stopping, setStopping] = useState<string>();
  return (
    <>
      <Panel
        title="Traces"
        counter={query.data && `(${query.data.Traces.length} of 10)`}
        description="Every decision about a traced principal is recorded, allowed ones included."
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Reload" onClick={query.reload} />
            <Button variant="primary" onClick={() => setStarting(true)}>
              Start a trace
            </Button>
          </SpaceBetween>
        }
        isEmpty={({ Traces }) => Traces.length === 0}
        empty="No principal is traced."
      >
        {({ Traces }) => (
          <Table
            variant="embedded"
            items={Traces}
            trackBy="PrincipalArn"
            wrapLines={true}
            ariaLabels={{ tableLabel: "Traces" }}
            columnDefinitions={[
              {
                id: "principal",
                header: "Principal",
                isRowHeader: true,
                minWidth: 150,
                cell: ({ PrincipalArn }) => <PrincipalLink arn={PrincipalArn} />,
              },
              {
                id: "end",
                header: "Ends",
                minWidth: 130,
                cell: ({ EndTime }) => exactTime(EndTime),
              },
              {
                id: "decisions",
                header: "Decisions",
                minWidth: 110,
                cell: ({ PrincipalArn }) => (
                  <RouterLink
                    to={`/decisions?principal=${encodeURIComponent(PrincipalArn)}`}
                    ariaLabel={`Show decisions about ${principalOf(PrincipalArn).name}`}
                  >
                    Show
                  </RouterLink>
                ),
              },
              {
                id: "stop",
                header: "Action",
                minWidth: 90,
                cell: ({ PrincipalArn }) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Stop the trace of ${principalOf(PrincipalArn).name}`}
                    onClick={() => setStopping(PrincipalArn)}
                  >
                    Stop
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      {isStarting && <StartTraceDialog onDone={query.reload} onClose={() => setStarting(false)} />}
      {stopping !== undefined && (
        <WriteDialog
          title={`Stop the trace of ${principalOf(stopping).name}?`}
          confirm="Stop"
          writes={[
            {
              label: `Stop the trace of ${principalOf(stopping).name}`,
              command: portcullisCommand("stopTrace", { PrincipalArn: stopping }),
              doneWhen: ["ResourceNotFound"],
            },
          ]}
          done={`Stopped the trace of ${principalOf(stopping).name}.`}
          onDone={query.reload}
          onClose={() => setStopping(undefined)}
        >
          What it recorded stays as long as decisions are kept.
        </WriteDialog>
      )}
    </>
  );
}
