import { loadCatalog, type ProtectedApi } from "../../apis/catalog.ts";
import { apiPath } from "../../app/paths.ts";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { useListing } from "../../list/use-listing.ts";
import { Page } from "../../ui/page.tsx";
import { RouterLink } from "../../ui/router-link.tsx";

const idOf = ({ ApiId, Stage }: ProtectedApi): string => `${ApiId}/${Stage}`;
const textOf = ({ ApiId, Stage, Title, ServicePrefix, Routes }: ProtectedApi): string =>
  [ApiId, Stage, Title, ServicePrefix, ...Routes.map(({ RouteKey }) => RouteKey)].join(" ");

/** The APIs that the installation protects. */
export default function ApisPage() {
  const listing = useListing<ProtectedApi>(async (_, abortSignal) => ({
    items: (await loadCatalog(abortSignal)).Apis,
  }));
  return (
    <Page title="APIs" hasHeader={false}>
      <PagedTable
        level="h1"
        title="APIs"
        what="APIs"
        description="The HTTP APIs that this installation decides for, and the actions that policies name."
        listing={listing}
        columns={COLUMNS}
        defaultSort="title"
        idOf={idOf}
        textOf={textOf}
        empty="The installation tells of no protected API. Declare them to the control API when it is deployed."
      />
    </Page>
  );
}

const COLUMNS: readonly Column<ProtectedApi>[] = [
  {
    id: "title",
    header: "API",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ Title, ApiId }) => (Title ?? ApiId).toLowerCase(),
    cell: ({ ApiId, Stage, Title }) => (
      <RouterLink to={apiPath(ApiId, Stage)}>
        <bdi className="break">{Title ?? ApiId}</bdi>
      </RouterLink>
    ),
  },
  {
    id: "kind",
    header: "Kind",
    minWidth: 110,
    sortBy: ({ Kind }) => Kind,
    cell: ({ Kind }) => Kind,
  },
  {
    id: "id",
    header: "API ID and stage",
    minWidth: 160,
    sortBy: idOf,
    cell: ({ ApiId, Stage }) => (
      <span className="break">
        {ApiId}, {Stage}
      </span>
    ),
  },
  {
    id: "service",
    header: "Service prefix",
    minWidth: 120,
    sortBy: ({ ServicePrefix = "" }) => ServicePrefix,
    cell: ({ ServicePrefix }) => ServicePrefix ?? "execute-api",
  },
  {
    id: "routes",
    header: "Routes",
    minWidth: 80,
    sortBy: ({ Routes }) => Routes.length,
    cell: ({ Routes }) => Routes.length.toLocaleString("en"),
  },
];
