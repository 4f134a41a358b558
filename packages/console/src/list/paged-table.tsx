import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { type ReactNode, useDeferredValue, useEffect, useMemo } from "react";
import { Failure } from "../ui/failure.tsx";
import { Empty } from "../ui/panel.tsx";
import { searchedText } from "./searched-text.ts";
import { useTableState } from "./table-state.ts";
import { type Listing, PAGE_ITEMS } from "./use-listing.ts";

/** More rows make each key in the filter slow: 1,000 rows are 23,000 nodes. */
const ROWS = 50;

export interface Column<T> extends TableProps.ColumnDefinition<T> {
  readonly id: string;
  /** What the column sorts by; without it the column does not sort. */
  readonly sortBy?: (item: T) => string | number;
}

export interface PagedTableProps<T> {
  readonly title: string;
  /** The plural in a sentence, such as `users`. */
  readonly what: string;
  readonly listing: Listing<T>;
  /** How many there are in all, where the account summary tells it. */
  readonly total?: number | undefined;
  readonly columns: readonly Column<T>[];
  readonly idOf: (item: T) => string;
  /** The text that the filter looks into. */
  readonly textOf: (item: T) => string;
  /** The column that a whole list is sorted by until somebody chooses another. */
  readonly defaultSort?: string;
  readonly actions?: ReactNode;
  readonly description?: ReactNode;
  readonly empty: ReactNode;
  readonly variant?: TableProps.Variant;
  /** Of the table's header; `h1` when the page is this table. */
  readonly level?: "h1" | "h2" | "h3";
  readonly statePrefix?: string;
  readonly selectionType?: TableProps.SelectionType;
  readonly selected?: readonly T[];
  readonly onSelect?: (items: readonly T[]) => void;
  /** Shown beside the filter. */
  readonly filters?: ReactNode;
  /** Whether one of them leaves something out: then they stay when nothing is left. */
  readonly isFiltered?: boolean;
  /** Shown when nothing loaded matches, such as a look-up of the exact name. */
  readonly noMatch?: (text: string) => ReactNode;
  /** How many a call answers. @default 1,000 */
  readonly pageItems?: number;
  /** False: there is no search, because the server filters. @default true */
  readonly hasSearch?: boolean;
  /** Called with the visible rows, for columns that need a call for each. */
  readonly onVisible?: (items: readonly T[]) => void;
}

/**
 * A table over a list that loads in pages: 50 rows a page, and a search that says what it
 * searched.
 */
export function PagedTable<T>(props: PagedTableProps<T>) {
  const { listing, columns, textOf, idOf } = props;
  const state = useTableState(props.statePrefix);
  const text = useDeferredValue(state.text.trim().toLowerCase());
  const matching = useMemo(
    () => (text === "" ? listing.items : listing.items.filter(contains(textOf, text))),
    [listing.items, text, textOf],
  );
  // The server's order stays as long as more may come: sorted rows would move with each page.
  const defaultSort = listing.isComplete ? props.defaultSort : undefined;
  const column = columns.find(({ id }) => id === (state.sort || defaultSort));
  const sorted = useMemo(
    () => (column?.sortBy ? sortItems(matching, column.sortBy, state.isDescending) : matching),
    [matching, column, state.isDescending],
  );
  const pages = Math.max(1, Math.ceil(sorted.length / ROWS));
  const page = Math.min(state.page, pages);
  const rows = useMemo(() => sorted.slice((page - 1) * ROWS, page * ROWS), [sorted, page]);
  const { onVisible } = props;
  useEffect(() => onVisible?.(rows), [onVisible, rows]);

  const { items, isComplete, isLoading, failure } = listing;
  const goTo = async (to: number) => {
    if (to > pages && !isComplete) await listing.loadMore();
    state.setPage(to);
  };
  return (
    <Table
      variant={props.variant ?? "container"}
      items={rows}
      trackBy={idOf}
      columnDefinitions={columns.map(({ sortBy, ...definition }) => ({
        ...definition,
        ...(sortBy === undefined ? {} : { sortingField: definition.id }),
      }))}
      {...(column && { sortingColumn: { sortingField: column.id } })}
      sortingDescending={state.isDescending}
      onSortingChange={({ detail }) =>
        state.setSort(detail.sortingColumn.sortingField ?? "", detail.isDescending ?? false)
      }
      {...(props.selectionType && {
        selectionType: props.selectionType,
        selectedItems: props.selected ?? [],
        onSelectionChange: ({ detail }: { detail: TableProps.SelectionChangeDetail<T> }) =>
          props.onSelect?.(detail.selectedItems),
        ariaLabels: {
          selectionGroupLabel: `Select ${props.what}`,
          allItemsSelectionLabel: () => `Select all shown ${props.what}`,
          itemSelectionLabel: (_: unknown, item: T) => `Select ${idOf(item)}`,
          tableLabel: props.title,
        },
      })}
      {...(props.selectionType === undefined && { ariaLabels: { tableLabel: props.title } })}
      loading={isLoading && items.length === 0}
      loadingText={`Loading ${props.what}`}
      wrapLines={true}
      header={
        <Header
          variant={props.level ?? "h2"}
          counter={counter(items.length, props.total, isComplete)}
          description={props.description}
          actions={props.actions}
        >
          {props.title}
        </Header>
      }
      filter={
        props.hasSearch !== false &&
        (items.length > 0 || state.text !== "" || props.isFiltered) && (
          <div className="table-filter">
            <TextFilter
              filteringText={state.text}
              filteringPlaceholder={`Find ${props.what}`}
              filteringAriaLabel={`Find ${props.what}`}
              filteringClearAriaLabel="Clear"
              countText={
                text === "" ? "" : searchedText(matching.length, items.length, isComplete, props)
              }
              onChange={({ detail }) => state.setText(detail.filteringText)}
            />
            {props.filters}
          </div>
        )
      }
      pagination={
        (pages > 1 || !isComplete) &&
        items.length > 0 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            openEnd={!isComplete && text === ""}
            onChange={({ detail }) => goTo(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number}`,
              paginationLabel: `Pages of ${props.what}`,
            }}
          />
        )
      }
      empty={
        failure !== undefined ? (
          <Box textAlign="left">
            <Failure failure={failure} onRetry={listing.reload} />
          </Box>
        ) : text === "" ? (
          <Empty>{props.empty}</Empty>
        ) : (
          <Empty>
            <SpaceBetween size="xs">
              <span>No match.</span>
              {props.noMatch?.(state.text.trim())}
              <Button onClick={() => state.setText("")}>Clear the filter</Button>
            </SpaceBetween>
          </Empty>
        )
      }
      footer={
        !isComplete &&
        items.length > 0 && (
          <More
            what={props.what}
            listing={listing}
            pageItems={props.pageItems ?? PAGE_ITEMS}
            hasSearch={props.hasSearch !== false}
          />
        )
      }
    />
  );
}

/** Loading of what a list has beyond what is loaded. */
function More<T>({
  what,
  listing,
  pageItems,
  hasSearch,
}: {
  readonly what: string;
  readonly listing: Listing<T>;
  readonly pageItems: number;
  readonly hasSearch: boolean;
}) {
  const { items, isLoading, isLoadingAll, failure } = listing;
  return (
    <SpaceBetween size="xs">
      {failure !== undefined && <Failure failure={failure} onRetry={listing.loadMore} />}
      <Box textAlign="center">
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Box variant="span" color="text-body-secondary">
            {items.length.toLocaleString("en")} {what} loaded.
            {hasSearch && " Search and sorting cover these."}
          </Box>
          {isLoadingAll ? (
            <Button onClick={listing.stop}>Stop</Button>
          ) : (
            <>
              <Button loading={isLoading} onClick={listing.loadMore}>
                Load {pageItems.toLocaleString("en")} more
              </Button>
              <Button disabled={isLoading} onClick={listing.loadAll}>
                Load all
              </Button>
            </>
          )}
        </SpaceBetween>
      </Box>
    </SpaceBetween>
  );
}

const contains =
  <T,>(textOf: (item: T) => string, text: string) =>
  (item: T): boolean =>
    textOf(item).toLowerCase().includes(text);

function sortItems<T>(
  items: readonly T[],
  sortBy: (item: T) => string | number,
  isDescending: boolean,
): readonly T[] {
  const keyed = items.map((item) => ({ item, key: sortBy(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const sorted = keyed.map(({ item }) => item);
  return isDescending ? sorted.reverse() : sorted;
}

function counter(loaded: number, total: number | undefined, isComplete: boolean): string {
  if (isComplete) return `(${loaded.toLocaleString("en")})`;
  if (loaded === 0) return "";
  const all = total === undefined ? "more" : total.toLocaleString("en");
  return `(${loaded.toLocaleString("en")} of ${all})`;
}
