import type { Page, PageRequest } from "./pagination.ts";

/** What bounds a page beside `MaxItems`. */
export interface PageBounds {
  /** The most that a page may have, by `sizeOf`. A single item may exceed it. */
  readonly size: number;
  /** Items that are read at once. */
  readonly chunk: number;
}

/**
 * One page of a list whose items are large: it ends before it exceeds the bounds, though it may then
 * have fewer items than requested, as AWS's pages may.
 */
export async function boundedPage<T>(
  pageOf: (request: PageRequest) => Promise<Page<T>>,
  { Marker, MaxItems = 100 }: PageRequest,
  sizeOf: (item: T) => number,
  { size, chunk }: PageBounds,
): Promise<Page<T>> {
  const items: T[] = [];
  let marker = Marker;
  let left = size;
  const read = (limit: number) =>
    pageOf(marker === undefined ? { MaxItems: limit } : { MaxItems: limit, Marker: marker });
  // Counts what was read, not what was found: a list may leave entries out.
  for (let unread = MaxItems; unread > 0; ) {
    const limit = Math.min(chunk, unread);
    unread -= limit;
    const page = await read(limit);
    let fitting = 0;
    for (const item of page.items) {
      left -= sizeOf(item);
      if (left < 0 && items.length + fitting > 0) break;
      fitting++;
    }
    if (fitting < page.items.length) {
      // Read again, since only the list itself knows the marker after an item.
      const cut = fitting === 0 ? { items: [], Marker: marker } : await read(fitting);
      items.push(...cut.items);
      marker = cut.Marker;
      break;
    }
    items.push(...page.items);
    if (!page.IsTruncated) return { items, IsTruncated: false };
    marker = page.Marker;
    if (left <= 0) break;
  }
  return {
    items,
    IsTruncated: marker !== undefined,
    ...(marker === undefined ? {} : { Marker: marker }),
  };
}
