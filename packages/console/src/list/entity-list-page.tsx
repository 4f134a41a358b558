import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useMemo, useState } from "react";
import { iam } from "../api/clients.ts";
import { Page } from "../ui/page.tsx";
import { useQuery } from "../ui/use-query.ts";
import { PrefixOffer, PrefixToken, useNamePrefix } from "./name-prefix.tsx";
import { type Column, PagedTable } from "./paged-table.tsx";
import { type ListPage, useListing } from "./use-listing.ts";
import { useRowDetails } from "./use-row-details.ts";

/** What two lists of entities differ in. `Detail` needs a call for each row. */
export interface EntityList<Entity, Detail> {
  /** Also the name of their count in the account summary. */
  readonly title: "Groups" | "Roles";
  readonly description: string;
  readonly nameOf: (entity: Entity) => string;
  readonly textOf: (entity: Entity) => string;
  /** @param prefix the beginning of the names that are wanted; empty: all */
  readonly load: (
    prefix: string,
    marker: string | undefined,
    abortSignal: AbortSignal,
  ) => Promise<ListPage<Entity>>;
  readonly loadDetail: (name: string, abortSignal: AbortSignal) => Promise<Detail>;
  readonly columns: (details: ReadonlyMap<string, Detail>) => readonly Column<Entity>[];
}

/** A page that lists the entities of a kind, and deletes one. */
export function EntityListPage<Entity, Detail>({
  list,
  createButton,
  deleteDialog,
  children,
}: {
  readonly list: EntityList<Entity, Detail>;
  readonly createButton: (variant: "primary" | "normal") => ReactNode;
  readonly deleteDialog: (
    name: string,
    done: { readonly onDone: () => Promise<void>; readonly onClose: () => void },
  ) => ReactNode;
  /** Other dialogs. */
  readonly children?: ReactNode;
}) {
  const { title, nameOf } = list;
  const what = title.toLowerCase();
  const search = useNamePrefix();
  const [rows, setRows] = useState<readonly Entity[]>([]);
  const [selected, setSelected] = useState<readonly Entity[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const listing = useListing<Entity>(
    (marker, abortSignal) => list.load(search.prefix, marker, abortSignal),
    [search.prefix],
  );
  const summary = useQuery(
    (abortSignal) => iam(new GetAccountSummaryCommand({}), { abortSignal }),
    [],
  );
  const details = useRowDetails(rows.map(nameOf), list.loadDetail);
  const columns = useMemo(() => list.columns(details), [list, details]);
  const [first] = selected;
  return (
    <Page title={title} hasHeader={false}>
      <PagedTable
        level="h1"
        title={title}
        what={what}
        description={list.description}
        listing={listing}
        total={search.prefix === "" ? summary.data?.SummaryMap?.[title] : undefined}
        columns={columns}
        defaultSort="name"
        idOf={nameOf}
        textOf={list.textOf}
        onVisible={setRows}
        selectionType="single"
        selected={selected}
        onSelect={setSelected}
        filters={<PrefixToken search={search} />}
        isFiltered={search.prefix !== ""}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Reload" onClick={listing.reload} />
            <Button disabled={first === undefined} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            {createButton("primary")}
          </SpaceBetween>
        }
        empty={
          search.prefix === "" ? (
            <SpaceBetween size="xs">
              <span>This account has no {what}.</span>
              {createButton("normal")}
            </SpaceBetween>
          ) : (
            <PrefixToken search={search} />
          )
        }
        noMatch={(text) => !listing.isComplete && <PrefixOffer text={text} search={search} />}
      />
      {children}
      {isDeleting &&
        first !== undefined &&
        deleteDialog(nameOf(first), {
          onClose: () => setDeleting(false),
          onDone: async () => {
            setSelected([]);
            await listing.reload();
          },
        })}
    </Page>
  );
}
