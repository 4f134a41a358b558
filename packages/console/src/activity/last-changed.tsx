import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { activityPath } from "../app/paths.ts";
import { useListing } from "../list/use-listing.ts";
import { Panel } from "../ui/panel.tsx";
import { RouterLink } from "../ui/router-link.tsx";
import { exactTime, relativeDays } from "../ui/time.tsx";
import type { AuditEvent } from "./audit-event.ts";
import { loadEvents } from "./load-events.ts";

/** What the trail knows a kind of entity by. */
export interface ChangedEntity {
  /** CloudTrail's type, such as `AWS::IAM::User`. */
  readonly type: string;
  /** The name of a user, group or role; the ARN of a policy or provider. */
  readonly name: string;
}

const SHOWN = 5;

/** Who changed an entity last, and by what. It loads by itself, and may be denied by itself. */
export function LastChanged({ entity: { type, name } }: { readonly entity: ChangedEntity }) {
  const isOf = ({ resources, isReadOnly, errorCode, service }: AuditEvent) =>
    !isReadOnly &&
    errorCode === undefined &&
    service !== "sts" &&
    resources.some((one) => one.type === type && one.name === name);
  return (
    <ChangesPanel
      id={`${type} ${name}`}
      load={(marker, abortSignal) =>
        loadEvents(
          { attribute: { key: "ResourceName", value: name }, keeps: isOf },
          marker,
          abortSignal,
        )
      }
      all={activityPath({ resource: name })}
    />
  );
}

/** The last of some changes. */
export function ChangesPanel({
  id,
  load,
  all,
}: {
  readonly id: string;
  readonly load: Parameters<typeof useListing<AuditEvent>>[0];
  /** The address of all such events, below `/console`. */
  readonly all: string;
}) {
  const listing = useListing<AuditEvent>(load, [id]);
  const { items, isComplete, isLoading, failure } = listing;
  const query = {
    data: isLoading && items.length === 0 ? undefined : items,
    failure,
    isLoading,
    reload: listing.reload,
  };
  const [last] = items;
  return (
    <Panel
      title="Last changed"
      description={
        last && (
          <>
            By <span className="break">{last.who}</span> in {last.name},{" "}
            {relativeDays(last.time, Date.now()).toLowerCase()}
          </>
        )
      }
      query={query}
      actions={<RouterLink to={all}>All activity</RouterLink>}
      isEmpty={({ length }) => length === 0}
      empty={
        isComplete ? (
          "The audit trail has no change of it. Events are kept for 90 days."
        ) : (
          <SpaceBetween size="xs">
            <span>No change of it in the newest events.</span>
            <Button onClick={listing.loadMore}>Look further back</Button>
          </SpaceBetween>
        )
      }
    >
      {(events) => (
        <ul className="plain-list">
          {events.slice(0, SHOWN).map((event) => (
            <li key={event.id}>
              <Box variant="span" color="text-body-secondary">
                {exactTime(event.time)}
              </Box>{" "}
              <RouterLink to={activityPath({ event: event.id })}>{event.name}</RouterLink> by{" "}
              <span className="break">{event.who}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
