import { validationError } from "../error.ts";
import type { Stored } from "./store.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/**
 * The paging parameters of IAM's List* operations. Pages have 100 items by default, 1,000 at most.
 */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page, with AWS's paging members. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/**
 * One page of a partition's records, in order of sort key. The marker is opaque: it contains the
 * list and the last sort key.
 * @throws {ApiError} `ValidationError` for a marker of another list
 */
export async function listPage<T>(
  unit: UnitOfWork,
  list: { readonly account: string; readonly partition: string; readonly prefix?: string },
  request: PageRequest,
): Promise<Page<Stored<T>>> {
  const limit = request.MaxItems ?? 100;
  const after = request.Marker === undefined ? undefined : openMarker(request.Marker, list);
  const { records, more } = await unit.query<T>({
    ...list,
    limit,
    ...(after === undefined ? {} : { after }),
  });
  const last = records.at(-1);
  if (!more || last === undefined) return { items: records, IsTruncated: false };
  return { items: records, IsTruncated: true, Marker: makeMarker(last.key.sort, list) };
}

/**
 * One page of a list in memory, such as a user's keys. The marker contains the index of the next
 * item.
 * @throws {ApiError} `ValidationError` for a marker of another list
 */
export function slicePage<T>(all: readonly T[], request: PageRequest): Page<T> {
  const limit = request.MaxItems ?? 100;
  const list = { account: "", partition: "slice" };
  const start = request.Marker === undefined ? 0 : Number(openMarker(request.Marker, list));
  if (!Number.isSafeInteger(start) || start < 0) throw badMarker(request.Marker ?? "");
  const items = all.slice(start, start + limit);
  if (start + limit >= all.length) return { items, IsTruncated: false };
  return { items, IsTruncated: true, Marker: makeMarker(String(start + limit), list) };
}

type PageOf<T> = (request: PageRequest) => Promise<Page<T>>;

/**
 * One page of two lists in succession: the second follows the end of the first.
 * @throws {ApiError} `ValidationError` for a marker that is not one of either list
 */
export async function chainedPage<T>(
  first: PageOf<T>,
  second: PageOf<T>,
  request: PageRequest,
): Promise<Page<T>> {
  const { Marker, MaxItems = 100 } = request;
  const [, part, inner] = Marker === undefined ? ["", "1"] : (/^([12])\.(.*)$/s.exec(Marker) ?? []);
  if (part === undefined) throw badMarker(Marker ?? "");
  const from = inner === undefined || inner === "" ? {} : { Marker: inner };
  const marked = (page: Page<T>, number: 1 | 2): Page<T> =>
    page.Marker === undefined ? page : { ...page, Marker: `${number}.${page.Marker}` };
  if (part === "2") return marked(await second({ ...from, MaxItems }), 2);
  const head = await first({ ...from, MaxItems });
  if (head.IsTruncated) return marked(head, 1);
  if (head.items.length === MaxItems) return { items: head.items, IsTruncated: true, Marker: "2." };
  const tail = marked(await second({ MaxItems: MaxItems - head.items.length }), 2);
  return { ...tail, items: [...head.items, ...tail.items] };
}

interface List {
  readonly account: string;
  readonly partition: string;
  readonly prefix?: string;
}

function makeMarker(position: string, { account, partition, prefix = "" }: List): string {
  return Buffer.from(JSON.stringify([`${account}/${partition}/${prefix}`, position])).toString(
    "base64url",
  );
}

/**
 * A marker is valid only for the list that it was made for, so a forged one reveals nothing that a
 * request without a marker does not.
 */
function openMarker(marker: string, { account, partition, prefix = "" }: List): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(marker, "base64url").toString("utf8"));
    if (
      Array.isArray(parsed) &&
      parsed.length === 2 &&
      parsed[0] === `${account}/${partition}/${prefix}` &&
      typeof parsed[1] === "string"
    ) {
      return parsed[1];
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badMarker(marker);
}

const badMarker = (marker: string) =>
  validationError(
    `Invalid Marker: \`${marker.slice(0, 100)}\` is not one that this list answered.`,
  );
