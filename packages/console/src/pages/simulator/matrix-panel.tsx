import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import type { CellOutcome } from "./decide.ts";
import { Outcome, outcomeWord } from "./outcome.tsx";
import { cellKey, type Matrix } from "./use-matrix.ts";

/** Actions by resources. Each decision opens its reasons. */
export function MatrixPanel({
  matrix,
  isRunning,
  actions,
  resources,
  onOpen,
  onSave,
}: {
  readonly matrix: Matrix;
  readonly isRunning: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly onOpen: (action: string, resource: string) => void;
  readonly onSave: () => void;
}) {
  return (
    <Table
      items={actions.map((action) => ({ action }))}
      trackBy="action"
      wrapLines={true}
      ariaLabels={{ tableLabel: "Decisions" }}
      header={
        <Header
          variant="h2"
          description="Open a decision to see what made it."
          actions={
            <Button disabled={isRunning} onClick={onSave}>
              Save as test case
            </Button>
          }
        >
          Decisions
        </Header>
      }
      columnDefinitions={[
        {
          id: "action",
          header: "Action",
          isRowHeader: true,
          minWidth: 160,
          cell: ({ action }) => <span className="break">{action}</span>,
        },
        ...resources.map((resource) => ({
          id: resource,
          header: <span className="break">{resource === "*" ? "*, no resource" : resource}</span>,
          minWidth: 180,
          cell: ({ action }: { readonly action: string }) => {
            const outcome = matrix.get(cellKey(action, resource));
            const word = outcomeWord(outcome ?? "unknown").toLowerCase();
            if (outcome === undefined)
              return <StatusIndicator type="pending">Waiting</StatusIndicator>;
            return (
              <SpaceBetween direction="horizontal" size="xs">
                <Outcome outcome={outcome} />
                <Button
                  variant="inline-link"
                  ariaLabel={`Why ${action} on ${resource} is ${word}`}
                  onClick={() => onOpen(action, resource)}
                >
                  Why?
                </Button>
              </SpaceBetween>
            );
          },
        })),
      ]}
      footer={
        <LiveRegion>
          {isRunning ? (
            <StatusIndicator type="loading">Deciding</StatusIndicator>
          ) : (
            <Box variant="small">{summaryOf([...matrix.values()])}</Box>
          )}
        </LiveRegion>
      }
    />
  );
}

/** Such as `2 of 3 requests are allowed.` */
function summaryOf(outcomes: readonly CellOutcome[]): string {
  const allowed = outcomes.filter((outcome) => outcome === "allowed").length;
  const unknown = outcomes.filter((outcome) => outcome === "unknown").length;
  const requests = outcomes.length === 1 ? "1 request" : `${outcomes.length} requests`;
  return `${allowed} of ${requests} allowed${unknown === 0 ? "" : `, ${unknown} not known`}.`;
}
