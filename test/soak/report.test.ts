import { expect, test } from "vitest";
import type { SoakRecord } from "./record.ts";
import { leaksOf, report } from "./report.ts";

const MEGABYTE = 1024 * 1024;

function soakOf(change: (second: number) => Partial<SoakRecord["memory"][number]>): SoakRecord {
  const memory = Array.from({ length: 100 }, (_, second) => ({
    at: second * 1000,
    rss: 200 * MEGABYTE,
    heapUsed: 60 * MEGABYTE,
    handles: 20,
    fileBytes: MEGABYTE,
    ...change(second),
  }));
  const samples = [{ kind: "create", at: 5, milliseconds: 4, outcome: "done" as const }];
  return { samples, memory, disturbances: [{ at: 1, what: "kill" }], violations: [] };
}

test("a soak without growth has no leak", () => {
  expect(leaksOf(soakOf(() => ({})))).toEqual([]);
});

test.each([
  ["heap", (second: number) => ({ heapUsed: (60 + 3 * second) * MEGABYTE }), /the heap grew from/],
  ["handles", (second: number) => ({ handles: 20 + 5 * second }), /515 handles are open/],
  ["data file", (second: number) => ({ fileBytes: second * MEGABYTE }), /the data file grew by/],
])("a growing %s is seen", (_, change, message) => {
  expect(leaksOf(soakOf(change))).toEqual([expect.stringMatching(message)]);
});

test("the report shows violations as text, and percentiles of each kind", () => {
  const record = soakOf(() => ({}));
  record.violations.push("<b>lost</b>");
  const html = report(record, { minutes: 2, accounts: 1 });
  expect(html).toContain("<li>&lt;b&gt;lost&lt;/b&gt;</li>");
  expect(html).toContain("<td>create<td>1<td>0<td>0<td>4.0<td>4.0<td>4.0<td>4.0");
  expect(html.match(/<svg /g)).toHaveLength(4);
});
