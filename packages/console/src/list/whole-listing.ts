import type { Query } from "../ui/use-query.ts";
import type { Listing } from "./use-listing.ts";

/** What a table lists that does not load in pages: it is whole, or not there yet. */
export function wholeListing<T>(
  { isLoading, failure, reload }: Pick<Query<unknown>, "isLoading" | "failure" | "reload">,
  items: readonly T[] | undefined,
): Listing<T> {
  return {
    items: items ?? [],
    isComplete: true,
    isLoading,
    isLoadingAll: false,
    failure,
    loadMore: reload,
    loadAll: reload,
    reload,
    stop: () => {},
  };
}
