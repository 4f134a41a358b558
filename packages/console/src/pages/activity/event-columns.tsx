import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { AuditEvent } from "../../activity/audit-event.ts";
import type { Column } from "../../list/paged-table.tsx";
import { exactTime } from "../../ui/time.tsx";

export const eventColumns = (onOpen: (id: string) => void): readonly Column<AuditEvent>[] => [
  {
    id: "time",
    header: "Time",
    minWidth: 190,
    cell: ({ time }) => exactTime(time),
  },
  {
    id: "name",
    header: "Event",
    isRowHeader: true,
    minWidth: 230,
    cell: ({ id, name }) => (
      <Button variant="inline-link" onClick={() => onOpen(id)}>
        <span className="break">{name}</span>
      </Button>
    ),
  },
  {
    id: "who",
    header: "By",
    minWidth: 130,
    cell: ({ who }) => <bdi className="break">{who}</bdi>,
  },
  {
    id: "resources",
    header: "Resources",
    minWidth: 220,
    cell: ({ resources }) => (
      <span className="break">{resources.map(({ name }) => name).join(", ") || "–"}</span>
    ),
  },
  {
    id: "result",
    header: "Result",
    minWidth: 130,
    cell: ({ errorCode }) =>
      errorCode === undefined ? (
        <StatusIndicator type="success">Done</StatusIndicator>
      ) : (
        <StatusIndicator type="error">{errorCode}</StatusIndicator>
      ),
  },
];
