import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { AuditEvent } from "../../activity/audit-event.ts";
import { ChangePanel } from "../../activity/change-panel.tsx";
import { documentChange } from "../../activity/document-change.ts";
import { loadEvent } from "../../activity/load-events.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { QueryContent } from "../../ui/panel.tsx";
import { exactTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";

/** An event's whole record, and of a policy's change the documents before and after. */
export function EventDialog({
  id,
  onClose,
}: {
  readonly id: string;
  readonly onClose: () => void;
}) {
  const query = useQuery(
    async (abortSignal) => ({ event: await loadEvent(id, abortSignal) }),
    [id],
  );
  return (
    <Dialog
      title={query.data?.event?.name ?? "Event"}
      size="large"
      onClose={onClose}
      buttons={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <QueryContent query={query} what="The event">
        {({ event }) =>
          event === undefined ? (
            <Alert type="info">The audit trail has no such event, or keeps it no longer.</Alert>
          ) : (
            <EventView event={event} />
          )
        }
      </QueryContent>
    </Dialog>
  );
}

function EventView({ event }: { readonly event: AuditEvent }) {
  const change = useQuery(
    async (abortSignal) => ({ change: await documentChange(event, abortSignal) }),
    [event.id],
  );
  const { who, time, service, resources, errorCode } = event;
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={2}
        minColumnWidth={200}
        items={[
          { label: "By", value: <bdi className="break">{who}</bdi> },
          { label: "Time", value: exactTime(time) },
          { label: "Service", value: service },
          { label: "Result", value: errorCode ?? "Done" },
          {
            label: "Resources",
            value: (
              <span className="break">
                {resources.map(({ name }) => name).join(", ") || "None"}
              </span>
            ),
          },
          { label: "Event ID", value: <Copyable text={event.id} what="Event ID" /> },
        ]}
      />
      <QueryContent query={change} what="What it changed">
        {(found) => found.change && <ChangePanel change={found.change} />}
      </QueryContent>
      <div>
        <Box variant="h3">Record</Box>
        <CodeBlock text={event.text} what="Record" />
      </div>
    </SpaceBetween>
  );
}
