import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import Select from "@cloudscape-design/components/select";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { AccountFinding, Severity } from "@portcullis/analysis";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { Page } from "../../ui/page.tsx";
import { FindingDialog } from "./finding-dialog.tsx";
import { SEVERITIES, SeverityMark, severityRank } from "./severity.tsx";
import { useFindings } from "./use-findings.ts";

const idOf = ({ id }: AccountFinding): string => id;
const textOf = ({ title, resource, kind }: AccountFinding): string =>
  `${title} ${resource} ${kind}`;
const ALL = { value: "", label: "Every severity" };

/** What wants a look in the account, `?severity=<severity>`. */
export default function FindingsPage() {
  const { findings, failure, progress, leftOut, entities, reload } = useFindings();
  const [params, setParams] = useSearchParams();
  const severity = SEVERITIES.find((one) => one === params.get("severity"));
  const items = useMemo(
    () => (findings ?? []).filter((one) => severity === undefined || one.severity === severity),
    [findings, severity],
  );
  const [open, setOpen] = useState<AccountFinding>();
  const columns = useMemo(() => columnsWith(setOpen), []);
  const options = [ALL, ...SEVERITIES.map((value) => ({ value, label: labelOf(value) }))];
  const again = async () => reload();
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
        listing={{
          items,
          isComplete: true,
          isLoading: progress !== undefined,
          isLoadingAll: false,
          failure,
          loadMore: again,
          loadAll: again,
          reload: again,
          stop: () => {},
        }}
        columns={columns}
        idOf={idOf}
        textOf={textOf}
        actions={<Button iconName="refresh" ariaLabel="Reload" onClick={reload} />}
        filters={
          <Select
            ariaLabel="Severity"
            selectedOption={options.find(({ value }) => value === severity) ?? ALL}
            options={options}
            onChange={({ detail }) => {
              const { value = "" } = detail.selectedOption;
              setParams(value === "" ? {} : { severity: value }, { replace: true });
            }}
          />
        }
        isFiltered={severity !== undefined}
        empty={severity === undefined ? "No findings." : "No finding of this severity."}
      />
      {findings !== undefined && (
        <Alert type="info" header="What the findings leave out">
          {leftOut.map((sentence) => (
            <div key={sentence} className="break">
              {sentence}
            </div>
          ))}
        </Alert>
      )}
      {open !== undefined && <FindingDialog finding={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
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
