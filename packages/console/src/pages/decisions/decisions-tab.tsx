import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type {
  DecisionSummary,
  ListDecisionsInput,
} from "@portcullis/control-api/portcullis-client";
import { useState } from "react";
import { portcullis } from "../../api/clients.ts";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import { deniedPath } from "../../app/paths.ts";
import { DecisionOutcome, OUTCOME_OPTIONS } from "../../decisions/outcome.tsx";
import { PrincipalLink } from "../../decisions/principal-link.tsx";
import { resolvePrincipal } from "../../decisions/resolve-principal.ts";
import { type FilterField, FilterForm, PERIOD_FIELDS, useFilter } from "../../list/filter-form.tsx";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { periodInput } from "../../list/period.ts";
import { type ListPage, useListing } from "../../list/use-listing.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { RouterLink } from "../../ui/router-link.tsx";
import { exactTime } from "../../ui/time.tsx";

const NO_FILTER = { principal: "", action: "", outcome: "", time: "", from: "", to: "" };

type Filter = typeof NO_FILTER;

const FIELDS: readonly FilterField[] = [
  { name: "principal", label: "Principal", placeholder: "user/ana, role/shop, root, or an ARN" },
  { name: "action", label: "Action", placeholder: "orders:GetOrder" },
  {
    name: "outcome",
    label: "Outcome",
    options: [{ value: "", label: "Every outcome" }, ...OUTCOME_OPTIONS],
  },
  ...PERIOD_FIELDS,
];

/** The most that ListDecisions answers. */
const PAGE_ITEMS = 100;
/** A page may be empty and have a next one: so many are asked for before the person is. */
const CALLS_AT_MOST = 5;

/** Denials, and what traced principals were allowed: newest first. */
export function DecisionsTab() {
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const [filter, apply] = useFilter(NO_FILTER);
  const [dropped, setDropped] = useState<number>();
  const listing = useListing<DecisionSummary>(
    async (marker, abortSignal) => {
      const { principal } = filter;
      const arn =
        principal === "" ? undefined : await resolvePrincipal(principal, account, abortSignal);
      const page = await loadPage(listInput(filter, arn, new Date()), marker, abortSignal);
      setDropped(page.dropped);
      return page;
    },
    [JSON.stringify(filter), account],
  );
  const isFiltered = Object.values(filter).some((value) => value !== "");
  return (
    <SpaceBetween size="l">
      <FilterForm
        key={JSON.stringify(filter)}
        label="Filter decisions"
        fields={FIELDS}
        value={filter}
        none={NO_FILTER}
        onApply={apply}
      />
      {dropped !== undefined && dropped > 0 && (
        <Alert type="warning">
          {dropped === 1 ? "1 decision" : `${dropped.toLocaleString("en")} decisions`} of these days
          came too fast to be recorded.
        </Alert>
      )}
      <PagedTable
        title="Denied and traced"
        what="decisions"
        description="Newest first. Allowed requests are listed while their principal is traced."
        listing={listing}
        pageItems={PAGE_ITEMS}
        hasSearch={false}
        columns={COLUMNS}
        idOf={({ DecisionId }) => DecisionId}
        textOf={({ DecisionId }) => DecisionId}
        actions={<Button iconName="refresh" ariaLabel="Reload" onClick={listing.reload} />}
        empty={
          isFiltered || !listing.isComplete
            ? "No such decision in what was looked through."
            : "Nothing was denied in the days that are kept."
        }
      />
    </SpaceBetween>
  );
}

function listInput(
  filter: Filter,
  PrincipalArn: string | undefined,
  now: Date,
): ListDecisionsInput {
  const { action, outcome } = filter;
  return {
    MaxResults: PAGE_ITEMS,
    ...(PrincipalArn === undefined ? {} : { PrincipalArn }),
    ...(action === "" ? {} : { Action: action.trim() }),
    ...(outcome === "" ? {} : { Outcome: outcome as NonNullable<ListDecisionsInput["Outcome"]> }),
    ...periodInput(filter, now),
  };
}

async function loadPage(
  input: ListDecisionsInput,
  marker: string | undefined,
  abortSignal: AbortSignal,
): Promise<ListPage<DecisionSummary> & { readonly dropped: number | undefined }> {
  let NextToken = marker;
  for (let call = 1; ; call++) {
    const command = portcullisCommand("listDecisions", { ...input, NextToken });
    const answer = await portcullis(command, { abortSignal });
    ({ NextToken } = answer);
    if (answer.Decisions.length > 0 || NextToken === undefined || call === CALLS_AT_MOST)
      return { items: answer.Decisions, marker: NextToken, dropped: answer.DroppedDecisions };
  }
}

const COLUMNS: readonly Column<DecisionSummary>[] = [
  {
    id: "time",
    header: "Time",
    minWidth: 190,
    cell: ({ Time }) => exactTime(Time),
  },
  {
    id: "outcome",
    header: "Outcome",
    minWidth: 150,
    cell: ({ Outcome, Observed }) => <DecisionOutcome outcome={Outcome} isObserved={Observed} />,
  },
  {
    id: "principal",
    header: "Principal",
    minWidth: 130,
    cell: ({ PrincipalArn }) => <PrincipalLink arn={PrincipalArn} />,
  },
  {
    id: "action",
    header: "Action",
    minWidth: 190,
    isRowHeader: true,
    cell: ({ Action }) => <span className="break">{Action}</span>,
  },
  {
    id: "resource",
    header: "Resource",
    minWidth: 220,
    cell: ({ ResourceArn }) => <span className="break">{ResourceArn}</span>,
  },
  {
    id: "why",
    header: "Reasons",
    minWidth: 80,
    cell: ({ DecisionId, Action, Time }) => (
      <RouterLink
        to={deniedPath(DecisionId)}
        ariaLabel={`Why: ${Action ?? "request"} at ${exactTime(Time)}`}
      >
        Why?
      </RouterLink>
    ),
  },
];
