import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedPage, type PageBounds } from "../../../packages/iam/src/storage/bounded-page.ts";

/** A list of sizes, some of which its pages leave out. */
function listOf(sizes: readonly number[], isShown: (index: number) => boolean = () => true) {
  const reads: number[] = [];
  const pageOf = async ({ Marker = "0", MaxItems = 100 }) => {
    reads.push(MaxItems);
    const start = Number(Marker);
    const end = Math.min(start + MaxItems, sizes.length);
    const items = sizes.slice(start, end).filter((_, index) => isShown(start + index));
    return end < sizes.length
      ? { items, IsTruncated: true, Marker: String(end) }
      : { items, IsTruncated: false };
  };
  return { pageOf, reads };
}

async function allPages(
  pageOf: ReturnType<typeof listOf>["pageOf"],
  MaxItems: number,
  bounds: PageBounds,
) {
  const pages: (readonly number[])[] = [];
  let request: { MaxItems: number; Marker?: string } = { MaxItems };
  for (let isTruncated = true; isTruncated; ) {
    const page = await boundedPage(pageOf, request, (size) => size, bounds);
    pages.push(page.items);
    isTruncated = page.IsTruncated;
    expect(page.Marker === undefined).toBe(!isTruncated);
    if (page.Marker !== undefined) request = { MaxItems, Marker: page.Marker };
  }
  return pages;
}

describe("a page that is bounded by the size of its items", () => {
  test("ends before it exceeds the bound", async () => {
    const { pageOf } = listOf([4, 4, 4, 4, 4]);
    expect(await allPages(pageOf, 100, { size: 10, chunk: 2 })).toEqual([[4, 4], [4, 4], [4]]);
  });

  test("has an item that exceeds the bound alone", async () => {
    const { pageOf } = listOf([1, 50, 1]);
    expect(await allPages(pageOf, 100, { size: 10, chunk: 2 })).toEqual([[1], [50], [1]]);
  });

  test("reads no more at once than its chunk, and no more in all than its limit", async () => {
    const { pageOf, reads } = listOf(Array(1_000).fill(1), (index) => index % 100 === 0);
    const page = await boundedPage(pageOf, { MaxItems: 250 }, () => 1, { size: 99, chunk: 100 });
    expect(reads).toEqual([100, 100, 50]);
    expect(page).toEqual({ items: [1, 1, 1], IsTruncated: true, Marker: "250" });
  });

  test("pages_have_every_item_once_and_keep_the_bound", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 12 }), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.record({ size: fc.integer({ min: 1, max: 40 }), chunk: fc.integer({ min: 1, max: 9 }) }),
        async (list, MaxItems, bounds) => {
          const shown = (index: number) => list[index]?.[1] === true;
          const sizes = list.map(([size]) => size);
          const pages = await allPages(listOf(sizes, shown).pageOf, MaxItems, bounds);
          expect(pages.flat()).toEqual(sizes.filter((_, index) => shown(index)));
          for (const page of pages) {
            expect(page.length).toBeLessThanOrEqual(MaxItems);
            const sum = page.reduce((total, size) => total + size, 0);
            if (page.length > 1) expect(sum).toBeLessThanOrEqual(bounds.size);
          }
        },
      ),
    );
  });
});
