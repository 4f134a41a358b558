import { grouped } from "../../packages/analysis/src/collection/grouped.ts";
import { bars, chart, escaped, type Point } from "./chart.ts";
import { growthOf } from "./leaks.ts";
import { percentile, type Sample, type SoakRecord } from "./record.ts";

const MEGABYTE = 1024 * 1024;
/** Slices of the time for which percentiles are drawn. */
const SLICES = 120;
/** How long a disturbance's failures are looked for. */
const AFTERMATH_MILLISECONDS = 10_000;

export interface SoakOptions {
  readonly minutes: number;
  readonly accounts: number;
  readonly rate: number;
}

/** The report of a soak, as one HTML file. */
export function report(record: SoakRecord, { minutes, accounts, rate }: SoakOptions): string {
  const { samples, memory, disturbances, audited, violations } = record;
  const kinds = [...grouped(samples, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  const end = minutes * 60_000;
  const marks = disturbances.map(({ at, what }) => ({ x: at / end, what }));
  const latency = (share: number) => ({
    name: `p${share * 100}`,
    points: inTime(samples, end, (times) =>
      percentile(
        times.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b),
        share,
      ),
    ),
  });
  const perSecond = (name: string, outcomes: readonly Sample["outcome"][]) => ({
    name,
    points: inTime(
      samples,
      end,
      (times) =>
        times.filter(({ outcome }) => outcomes.includes(outcome)).length / (end / 1000 / SLICES),
    ),
  });
  const measured = (name: string, value: (one: SoakRecord["memory"][number]) => number) => ({
    name,
    points: memory.map((one) => ({ x: one.at / end, y: value(one) })),
  });
  const { heapUsed } = growthOf(record);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Soak report</title>
<style>body{font:14px system-ui;margin:2rem;max-width:60rem}td,th{text-align:right;padding:.2rem .8rem}
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}</style>
<h1>Soak: ${minutes} minutes, ${accounts} accounts, ${rate} steps a second</h1>
<p>${samples.length} requests, ${disturbances.length} disturbances, <b>${violations.length} violations</b>.
${audited.changes} changes were acknowledged; the audit trail has ${audited.events} events of IAM.
The last process's heap went from ${megabytes(heapUsed.from)} to ${megabytes(heapUsed.to)} MB.</p>
<ul>${violations.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul>
<p>Vertical lines are disturbances, kills red.</p>
${chart("Latency over time (ms)", [latency(0.5), latency(0.9), latency(0.99)], marks, { most: 1_000 })}
${chart("Requests a second", [perSecond("answered", ["done"]), perSecond("failed", ["failed"]), perSecond("throttled", ["throttled"])], marks)}
${chart(
  "Memory of the product (MB)",
  [
    measured("heap", ({ heapUsed: bytes }) => bytes / MEGABYTE),
    measured("resident", ({ rss }) => rss / MEGABYTE),
  ],
  marks,
)}
${chart("Data file (MB)", [measured("table", ({ fileBytes }) => fileBytes / MEGABYTE)])}
${chart("Handles", [measured("handles", ({ handles }) => handles)], marks)}
${bars(
  "Latency of answered requests (ms): p50, p90, p99",
  kinds.map(([name, of]) => ({ name, values: percentilesOf(of) })),
)}
<h2>Percentiles of answered requests (ms)</h2>
<table><tr><th>request<th>done<th>failed<th>throttled<th>p50<th>p90<th>p99<th>max</tr>
${kinds.map(([kind, of]) => row(kind, of)).join("\n")}</table>
<h2>Disturbances</h2>
<table><tr><th>disturbance<th>times<th>failed within 10 s<th>slowest answer (ms)</tr>
${disturbanceRows(record).join("\n")}</table></html>
`;
}

const timesOf = (samples: readonly Sample[]): readonly number[] =>
  samples
    .filter(({ outcome }) => outcome === "done")
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b);

function percentilesOf(samples: readonly Sample[]): [number, number, number] {
  const times = timesOf(samples);
  return [percentile(times, 0.5), percentile(times, 0.9), percentile(times, 0.99)];
}

function row(kind: string, of: readonly Sample[]): string {
  const count = (outcome: Sample["outcome"]) => of.filter((one) => one.outcome === outcome).length;
  const figures = [...percentilesOf(of), percentile(timesOf(of), 1)].map((one) => one.toFixed(1));
  const cells = [count("done"), count("failed"), count("throttled"), ...figures];
  return `<tr><td>${escaped(kind)}${cells.map((cell) => `<td>${cell}`).join("")}</tr>`;
}

function disturbanceRows({ samples, disturbances }: SoakRecord): readonly string[] {
  return [...grouped(disturbances, ({ what }) => what)].map(([what, all]) => {
    const after = samples.filter((sample) =>
      all.some(({ at }) => sample.at >= at && sample.at < at + AFTERMATH_MILLISECONDS),
    );
    const failed = after.filter(({ outcome }) => outcome === "failed").length;
    const cells = [all.length, failed, percentile(timesOf(after), 1).toFixed(0)];
    return `<tr><td>${escaped(what)}${cells.map((cell) => `<td>${cell}`).join("")}</tr>`;
  });
}

function inTime(
  samples: readonly Sample[],
  end: number,
  value: (of: readonly Sample[]) => number,
): readonly Point[] {
  const slices = grouped(samples, ({ at }) =>
    Math.min(SLICES - 1, Math.floor((at / end) * SLICES)),
  );
  return [...slices]
    .sort(([a], [b]) => a - b)
    .map(([index, of]) => ({ x: index / SLICES, y: value(of) }));
}

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
