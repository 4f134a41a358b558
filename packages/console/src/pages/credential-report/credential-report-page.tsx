import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { type CredentialRow, loadCredentialReport } from "../../api/credential-report.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { downloadCsv } from "../../ui/csv.ts";
import { Page } from "../../ui/page.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { REPORT_COLUMNS } from "./report-columns.tsx";
import { REPORT_FILTERS } from "./report-filters.ts";

const nameOf = (row: CredentialRow): string => row.user ?? "";
const textOf = (row: CredentialRow): string => `${row.user} ${row.arn}`;
const ALL = { value: "", label: "All users" };

/** AWS's credential report, `?show=<filter>`. */
export default function CredentialReportPage() {
  const query = useQuery(loadCredentialReport, []);
  const [params, setParams] = useSearchParams();
  const chosen = REPORT_FILTERS.find(({ value }) => value === params.get("show"));
  const rows = useMemo(() => {
    const all = query.data?.rows ?? [];
    const now = Date.now();
    return chosen === undefined ? all : all.filter((row) => chosen.matches(row, now));
  }, [query.data, chosen]);
  const { data } = query;
  return (
    <Page title="Credential report" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Credential report"
        what="users"
        description={
          data
            ? `As of ${absoluteTime(data.generatedAt)}. A report stands for four hours.`
            : "The passwords, access keys and MFA devices of all users."
        }
        listing={{
          items: rows,
          isComplete: true,
          isLoading: query.isLoading,
          isLoadingAll: false,
          failure: query.failure,
          loadMore: query.reload,
          loadAll: query.reload,
          reload: query.reload,
          stop: () => {},
        }}
        columns={REPORT_COLUMNS}
        idOf={nameOf}
        textOf={textOf}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Reload" onClick={query.reload} />
            <Button
              iconName="download"
              disabled={data === undefined}
              onClick={() =>
                data &&
                downloadCsv("credential-report.csv", [
                  data.columns,
                  ...data.rows.map((row) => data.columns.map((column) => row[column] ?? "")),
                ])
              }
            >
              Download .csv
            </Button>
          </SpaceBetween>
        }
        filters={
          <Select
            ariaLabel="Show"
            selectedOption={chosen ?? ALL}
            options={[ALL, ...REPORT_FILTERS.map(({ value, label }) => ({ value, label }))]}
            onChange={({ detail }) => {
              const { value = "" } = detail.selectedOption;
              setParams(value === "" ? {} : { show: value }, { replace: true });
            }}
          />
        }
        isFiltered={chosen !== undefined}
        empty={chosen === undefined ? "The report is empty." : "No user is like that."}
      />
    </Page>
  );
}
