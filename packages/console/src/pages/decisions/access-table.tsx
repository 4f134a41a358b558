import Pagination from "@cloudscape-design/components/pagination";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import type { AccessEntry } from "../../decisions/access-report.ts";
import { PrincipalLink } from "../../decisions/principal-link.tsx";
import { Ago } from "../../ui/time.tsx";

const ROWS = 50;

/** What principals did, each action and kind of resource in a row. */
export function AccessTable({
  label,
  entries,
  count,
  hasPrincipal,
}: {
  readonly label: string;
  readonly entries: readonly AccessEntry[];
  /** Which count is shown, and its header. */
  readonly count: { readonly header: string; readonly of: (entry: AccessEntry) => number };
  readonly hasPrincipal: boolean;
}) {
  const [page, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(entries.length / ROWS));
  const shown = Math.min(page, pages);
  return (
    <Table
      variant="embedded"
      items={entries.slice((shown - 1) * ROWS, shown * ROWS)}
      wrapLines={true}
      ariaLabels={{ tableLabel: label }}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={shown}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number}`,
              paginationLabel: `Pages of ${label.toLowerCase()}`,
            }}
          />
        )
      }
      columnDefinitions={[
        {
          id: "route",
          header: "Route",
          minWidth: 150,
          cell: ({ Route }) => <span className="break">{Route ?? "Control API"}</span>,
        },
        ...(hasPrincipal
          ? [
              {
                id: "principal",
                header: "Principal",
                minWidth: 130,
                cell: ({ PrincipalArn }: AccessEntry) => <PrincipalLink arn={PrincipalArn} />,
              },
            ]
          : []),
        {
          id: "action",
          header: "Action",
          minWidth: 190,
          isRowHeader: true,
          cell: ({ Action }) => <span className="break">{Action}</span>,
        },
        {
          id: "resource",
          header: "Resources",
          minWidth: 200,
          cell: ({ ResourcePattern }) => <span className="break">{ResourcePattern}</span>,
        },
        {
          id: "count",
          header: count.header,
          minWidth: 90,
          cell: (entry) => count.of(entry).toLocaleString("en"),
        },
        {
          id: "last",
          header: "Last",
          minWidth: 100,
          cell: ({ LastTime }) => <Ago moment={LastTime} />,
        },
      ]}
    />
  );
}
