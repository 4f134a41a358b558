import type { Listing } from "../../list/use-listing.ts";
import type { Query } from "../../ui/use-query.ts";

/** An answer as the list of a table: it is whole, or not there yet. */
export function listingOf<T>(query: Query<unknown>, items: readonly T[] | undefined): Listing<T> {
  const again = async () => query.reload();
  return {
    items: items ?? [],
    isComplete: true,
    isLoading: query.isLoading,
    isLoadingAll: false,
    failure: query.failure,
    loadMore: again,
    loadAll: again,
    reload: again,
    stop: () => {},
  };
}
