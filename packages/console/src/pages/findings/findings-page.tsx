import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import Select from "@cloudscape-design/components/select";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { AccountFinding, Severity } from "@portcullis/analysis";
import { lazy, Suspense, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { LeftOut } from "../../analysis/left-out.tsx";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { wholeListing } from "../../list/whole-listing.ts";
import { Page } from "../../ui/page.tsx";
import { SEVERITIES, SeverityMark, severityRank } from "./severity.tsx";
import { useArchive } from "./use-archive.ts";
import { useFindings } from "./use-findings.ts";

const FindingDialog = lazy(() => import("./finding-dialog.tsx"));

const idOf = ({ id }: AccountFinding): string => id;
const textOf = ({ title, resource, kind }: AccountFinding): string =>
  `${title} ${resource} ${kind}`;
const ALL = { value: "", label: "Every severity" };

const STATES = [
  { value: "active", label: "Active" },
  { value: "archived", label: "Archived" },
] as const;

/** What wants a look in the account, `?severity=<severity>&state=archived`. */
export default function FindingsPage() {
  const { findings, failure, progress, leftOut, entities, reload } = useFindings();
  const archive = useArchive();
  const archived = archive.data;
  const [params, setParams] = useSearchParams();
  const severity = SEVERITIES.find((one) => one === params.get("severity"));
  const state = STATES.find(({ value }) => value === params.get("state")) ?? STATES[0];
  const items = useMemo(
    () =>
      (findings ?? []).filter(
        (one) =>
          (severity === undefined || one.severity === severity) &&
          (archived?.has(one.id) ?? false) === (state.value === "archived"),
      ),
    [findings, severity, archived, state],
  );
  const [open, setOpen] = useState<AccountFinding>();
  const columns = useMemo(() => columnsWith(setOpen), []);
  const options = [ALL, ...SEVERITIES.map((value) => ({ value, label: labelOf(value) }))];
  const filterBy = (name: string, value: string, absent: string) => {
    const next = new URLSearchParams(params);
    if (value === absent) next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <Page title="Findings" hasHeader={false}>
      <LiveRegion>
        {progress !== undefined && <StatusIndicator type="loading">{progress}</StatusIndicator>}
      </LiveRegion>
      <PagedTable
        level="h1"
        title="Findings"
        what="findings"
        description={
          findings === undefined
            ? "What wants a look in the account."
            : `Of ${entities.toLocaleString("en")} users, groups, roles and policies.`
        }
        listing={wholeListing(
          { isLoading: progress !== undefined, failure, reload: async () => reload() },
          items,
        )}
        columns={columns}
        idOf={idOf}
        textOf={textOf}
        actions={<Button iconName="refresh" ariaLabel="Reload" onClick={reload} />}
        filters={
          <>
            <Select
              ariaLabel="Severity"
              selectedOption={options.find(({ value }) => value === severity) ?? ALL}
              options={options}
              onChange={({ detail }) => filterBy("severity", detail.selectedOption.value ?? "", "")}
            />
            <Select
              ariaLabel="State"
              selectedOption={state}
              options={STATES}
              disabled={archived === undefined}
              onChange={({ detail }) =>
                filterBy("state", detail.selectedOption.value ?? "", "active")
              }
            />
          </>
        }
        isFiltered={severity !== undefined || state.value === "archived" || items.length === 0}
        empty={emptyText(severity, state.value)}
      />
      {findings !== undefined && (
        <LeftOut
          header="What the findings leave out"
          sentences={[
            ...leftOut,
            ...(archive.failure === undefined
              ? []
              : [`The archive is not known: ${archive.failure.message}`]),
            "Other accounts of the organization, and what their principals can do here.",
          ]}
        />
      )}
      {open !== undefined && (
        <Suspense fallback={<StatusIndicator type="loading">Loading the finding</StatusIndicator>}>
          <FindingDialog
            finding={open}
            archived={archived?.get(open.id)}
            canArchive={archived !== undefined}
            onMended={reload}
            onArchived={archive.reload}
            onClose={() => setOpen(undefined)}
          />
        </Suspense>
      )}
    </Page>
  );
}

function emptyText(severity: Severity | undefined, state: "active" | "archived"): string {
  const archived = state === "archived" ? " archived" : "";
  return severity === undefined
    ? `No${archived} findings.`
    : `No${archived} finding of this severity.`;
}

const labelOf = (severity: Severity): string =>
  severity.charAt(0) + severity.slice(1).toLowerCase();

const columnsWith = (
  onOpen: (finding: AccountFinding) => void,
): readonly Column<AccountFinding>[] => [
  {
    id: "severity",
    header: "Severity",
    minWidth: 110,
    cell: ({ severity }) => <SeverityMark severity={severity} />,
    sortBy: ({ severity }) => severityRank(severity),
  },
  {
    id: "title",
    header: "Finding",
    isRowHeader: true,
    minWidth: 200,
    cell: (finding) => (
      <Button variant="inline-link" onClick={() => onOpen(finding)}>
        <span className="break">{finding.title}</span>
      </Button>
    ),
    sortBy: ({ title }) => title,
  },
  {
    id: "resource",
    header: "Resource",
    minWidth: 200,
    cell: ({ resource }) => <span className="break">{resource}</span>,
    sortBy: ({ resource }) => resource,
  },
];
