import { expect, test } from "vitest";
import { leaksOf, quietFailuresOf } from "./leaks.ts";
import { newRecord, type SoakRecord } from "./record.ts";
import { report } from "./report.ts";

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
  return { ...newRecord(), samples, memory, disturbances: [{ at: 1, what: "kill" }] };
}

test("a soak without growth has no leak", () => {
  expect(leaksOf(soakOf(() => ({})))).toEqual([]);
});

test.each([
  ["heap", (second: number) => ({ heapUsed: (60 + second) * MEGABYTE }), /the heap grew from/],
  ["resident", (second: number) => ({ rss: (200 + 3 * second) * MEGABYTE }), /resident memory/],
  ["handles", (second: number) => ({ handles: 20 + 5 * second }), /515 handles are open/],
  ["data file", (second: number) => ({ fileBytes: second * MEGABYTE }), /the data file grew by/],
])("a growing %s is seen", (_, change, message) => {
  expect(leaksOf(soakOf(change))).toEqual([expect.stringMatching(message)]);
});

test("a process may fill its caches after its start", () => {
  const filling = (second: number) => ({ heapUsed: (60 + Math.min(second, 18) * 2) * MEGABYTE });
  expect(leaksOf(soakOf(filling))).toEqual([]);
});

test("a failure counts in the quiet time only", () => {
  const record = soakOf(() => ({}));
  record.samples.push({ kind: "create", at: 900, milliseconds: 4, outcome: "failed" });
  expect(quietFailuresOf(record, 1_000)).toEqual([]);
  expect(quietFailuresOf(record, 800)).toEqual(["1 requests failed in the quiet time"]);
});

test("the report shows violations as text, percentiles of each kind, and what a kill cost", () => {
  const record = soakOf(() => ({}));
  record.violations.push("<b>lost</b>");
  record.samples.push({ kind: "create", at: 900, milliseconds: 9, outcome: "failed" });
  const html = report(record, { minutes: 2, accounts: 1, rate: 10 });
  expect(html).toContain("<li>&lt;b&gt;lost&lt;/b&gt;</li>");
  expect(html).toContain("<td>create<td>1<td>1<td>0<td>4.0<td>4.0<td>4.0<td>4.0");
  expect(html).toContain("<td>kill<td>1<td>1<td>4");
  expect(html.match(/<svg /g)).toHaveLength(6);
});
