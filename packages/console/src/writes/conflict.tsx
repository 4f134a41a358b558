import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

/** One setting, in three versions. */
export interface ConflictRow {
  readonly what: string;
  /** As it was when the form opened. */
  readonly before: string;
  /** As somebody else made it since. */
  readonly theirs: string;
  readonly mine: string;
}

/**
 * Somebody else changed the same thing while the form was open: nothing is written until the person
 * decides.
 */
export function Conflict({
  rows,
  onTakeTheirs,
  onKeepMine,
}: {
  readonly rows: readonly ConflictRow[];
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}) {
  const column = (id: Exclude<keyof ConflictRow, "what">, header: string) => ({
    id,
    header,
    cell: (row: ConflictRow) => <span className="break">{row[id]}</span>,
  });
  return (
    <SpaceBetween size="s">
      <Alert
        type="warning"
        header="Somebody else changed this meanwhile"
        action={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" onClick={onTakeTheirs}>
              Take theirs
            </Button>
            <Button formAction="none" onClick={onKeepMine}>
              Keep mine
            </Button>
          </SpaceBetween>
        }
      >
        Nothing is written yet.
      </Alert>
      <Table
        variant="embedded"
        items={rows}
        trackBy="what"
        wrapLines={true}
        ariaLabels={{ tableLabel: "Changes" }}
        columnDefinitions={[
          { id: "what", header: "Setting", isRowHeader: true, cell: ({ what }) => what },
          column("before", "Before"),
          column("theirs", "Theirs"),
          column("mine", "Mine"),
        ]}
      />
    </SpaceBetween>
  );
}
