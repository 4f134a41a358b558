import type { LookupAttributeKey } from "@aws-sdk/client-cloudtrail";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { AuditEvent } from "../../activity/audit-event.ts";
import { EVENTS_A_PAGE, type EventQuery, loadEvents } from "../../activity/load-events.ts";
import { type FilterField, FilterForm, PERIOD_FIELDS, useFilter } from "../../list/filter-form.tsx";
import { PagedTable } from "../../list/paged-table.tsx";
import { periodInput } from "../../list/period.ts";
import { useListing } from "../../list/use-listing.ts";
import { Page } from "../../ui/page.tsx";
import { eventColumns } from "./event-columns.tsx";
import { EventDialog } from "./event-dialog.tsx";

const NO_FILTER = { resource: "", user: "", name: "", time: "", from: "", to: "" };

type Filter = typeof NO_FILTER;

const FIELDS: readonly FilterField[] = [
  { name: "resource", label: "Resource", placeholder: "a name or an ARN" },
  { name: "user", label: "User", placeholder: "ana, root, or a session's name" },
  { name: "name", label: "Event", placeholder: "PutUserPolicy" },
  ...PERIOD_FIELDS,
];

/** The audit trail: `/activity?resource=&user=&name=&time=`; `event=<id>` opens one. */
export default function ActivityPage() {
  const [params, setParams] = useSearchParams();
  const [filter, apply] = useFilter(NO_FILTER);
  const listing = useListing<AuditEvent>(
    (marker, abortSignal) => loadEvents(queryOf(filter, new Date()), marker, abortSignal),
    [JSON.stringify(filter)],
  );
  const event = params.get("event");
  const open = (id: string | undefined) => {
    const next = new URLSearchParams(location.search);
    if (id === undefined) next.delete("event");
    else next.set("event", id);
    setParams(next, { replace: id === undefined });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `open` reads the address each time
  const columns = useMemo(() => eventColumns(open), []);
  return (
    <Page
      title="Activity"
      description="Who changed what: changes, sign-ins, credentials that were issued, and denied calls, for 90 days."
    >
      <Container>
        <FilterForm
          key={JSON.stringify(filter)}
          label="Filter events"
          fields={FIELDS}
          value={filter}
          none={NO_FILTER}
          onApply={apply}
        />
      </Container>
      <PagedTable
        title="Events"
        what="events"
        description="Newest first."
        listing={listing}
        pageItems={EVENTS_A_PAGE}
        hasSearch={false}
        columns={columns}
        idOf={({ id }) => id}
        textOf={({ id }) => id}
        actions={<Button iconName="refresh" ariaLabel="Reload" onClick={listing.reload} />}
        empty={
          listing.isComplete ? (
            "The audit trail has no such event."
          ) : (
            <>
              <div>None of the newest events is such.</div>
              <Button onClick={listing.loadMore}>Look further back</Button>
            </>
          )
        }
      />
      {event !== null && <EventDialog id={event} onClose={() => open(undefined)} />}
    </Page>
  );
}

/** The server finds by one attribute, the one that fewest events have. */
function queryOf(filter: Filter, now: Date): EventQuery {
  const given: readonly (readonly [LookupAttributeKey, string])[] = [
    ["ResourceName", filter.resource.trim()],
    ["Username", filter.user.trim()],
    ["EventName", filter.name.trim()],
  ];
  const [first] = given.filter(([, value]) => value !== "");
  const [, user] = given[1] ?? [];
  const [, name] = given[2] ?? [];
  return {
    attribute: first && { key: first[0], value: first[1] },
    period: periodInput(filter, now),
    keeps: (event) =>
      (user === "" || event.userName === user) && (name === "" || event.name === name),
  };
}
