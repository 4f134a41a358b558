import { ApiError } from "../error.ts";
import { chainedPage, listPage, slicePage } from "../storage/pagination.ts";
import type { Stored } from "../storage/store.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

export interface OrganizationPageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

/** Returns a page of a stored list, 20 items by default. Organizations paginates by `NextToken`. */
export async function organizationPage<T>(
  unit: UnitOfWork,
  list: { readonly account: string; readonly partition: string; readonly prefix?: string },
  { NextToken, MaxResults }: OrganizationPageRequest,
): Promise<Page<Stored<T>>> {
  return withNextToken(() =>
    listPage<T>(unit, list, { Marker: NextToken, MaxItems: MaxResults ?? 20 }),
  );
}

/** Returns a page of the given items, 20 by default. */
export const organizationSlice = <T>(
  all: readonly T[],
  { NextToken, MaxResults }: OrganizationPageRequest,
): Promise<Page<T>> =>
  withNextToken(async () => slicePage(all, { Marker: NextToken, MaxItems: MaxResults ?? 20 }));

/** Returns a page of a concatenation: the given items, then a stored list. */
export const organizationChain = <T>(
  unit: UnitOfWork,
  all: readonly T[],
  list: { readonly account: string; readonly partition: string },
  { NextToken, MaxResults }: OrganizationPageRequest,
): Promise<Page<T>> =>
  withNextToken(() =>
    chainedPage<T>(
      async (request) => slicePage(all, request),
      async (request) => {
        const { items, ...rest } = await listPage<T>(unit, list, request);
        return { items: items.map(({ data }) => data), ...rest };
      },
      { Marker: NextToken, MaxItems: MaxResults ?? 20 },
    ),
  );

async function withNextToken<T>(
  read: () => Promise<{ readonly items: readonly T[]; readonly Marker?: string }>,
): Promise<Page<T>> {
  try {
    const { items, Marker } = await read();
    return { items, ...(Marker === undefined ? {} : { NextToken: Marker }) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError("InvalidInputException", error.message, { Reason: "INVALID_NEXT_TOKEN" });
  }
}
