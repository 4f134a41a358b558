import { percentile, type Sample, type SoakRecord } from "./record.ts";

const MEGABYTE = 1024 * 1024;
/** What the heap may grow between the first and the last quarter of a process's life. */
const MOST_GROWTH = 2;
const ROOM_BYTES = 32 * MEGABYTE;
const MOST_HANDLES = 200;
/** A created user that is kept takes a few kilobytes with its list entries and indexes. */
const MOST_BYTES_A_WRITE = 16 * 1024;

/** Growth of memory, handles or the data file that has no reason. */
export function leaksOf({ memory, samples, disturbances }: SoakRecord): readonly string[] {
  const lastStart = disturbances.findLast(({ what }) => what === "kill")?.at ?? 0;
  const life = memory.filter(({ at }) => at > lastStart + 2_000);
  const quarter = Math.ceil(life.length / 4);
  const median = (values: readonly number[]) =>
    percentile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  const heap = (from: number, to?: number) =>
    median(life.slice(from, to).map(({ heapUsed }) => heapUsed));
  const leaks: string[] = [];
  const [first, last] = [heap(0, quarter), heap(-quarter)];
  if (last > first * MOST_GROWTH + ROOM_BYTES)
    leaks.push(`the heap grew from ${size(first)} to ${size(last)}`);
  const handles = memory.at(-1)?.handles ?? 0;
  if (handles > MOST_HANDLES) leaks.push(`${handles} handles are open at the end`);
  const writes = samples.filter(({ kind }) => kind !== "decision").length;
  const growth = (memory.at(-1)?.fileBytes ?? 0) - (memory[0]?.fileBytes ?? 0);
  if (growth > writes * MOST_BYTES_A_WRITE + ROOM_BYTES)
    leaks.push(`the data file grew by ${size(growth)} in ${writes} calls that may write`);
  return leaks;
}

/** The report of a soak, as one HTML file. */
export function report(
  record: SoakRecord,
  { minutes, accounts }: { readonly minutes: number; readonly accounts: number },
): string {
  const { samples, memory, disturbances, violations } = record;
  const kinds = [...new Set(samples.map(({ kind }) => kind))].sort();
  const end = minutes * 60_000;
  const marks = disturbances.map(({ at, what }) => ({ x: at / end, what }));
  const series = (share: number) => inTime(samples, end, share);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Soak report</title>
<style>body{font:14px system-ui;margin:2rem;max-width:60rem}td,th{text-align:right;padding:.2rem .8rem}
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}</style>
<h1>Soak: ${minutes} minutes, ${accounts} accounts</h1>
<p>${samples.length} requests, ${disturbances.length} disturbances, <b>${violations.length} violations</b>.</p>
<ul>${violations.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul>
<h2>Latency over time (ms): p50, p99</h2>
${chart([series(0.5), series(0.99)], marks)}
<h2>Heap and resident memory of the product (MB)</h2>
${chart(
  [
    memory.map(({ at, heapUsed }) => ({ x: at / end, y: heapUsed / MEGABYTE })),
    memory.map(({ at, rss }) => ({ x: at / end, y: rss / MEGABYTE })),
  ],
  marks,
)}
<h2>Data file (MB)</h2>
${chart([memory.map(({ at, fileBytes }) => ({ x: at / end, y: fileBytes / MEGABYTE }))], [])}
<h2>Handles</h2>
${chart([memory.map(({ at, handles }) => ({ x: at / end, y: handles }))], [])}
<h2>Percentiles of answered requests (ms)</h2>
<table><tr><th>request<th>done<th>failed<th>throttled<th>p50<th>p90<th>p99<th>max</tr>
${kinds.map((kind) => row(kind, samples)).join("\n")}</table></html>
`;
}

function row(kind: string, samples: readonly Sample[]): string {
  const of = samples.filter((sample) => sample.kind === kind);
  const count = (outcome: Sample["outcome"]) => of.filter((one) => one.outcome === outcome).length;
  const times = of
    .filter(({ outcome }) => outcome === "done")
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b);
  const figures = [0.5, 0.9, 0.99, 1].map((share) => percentile(times, share).toFixed(1));
  const cells = [count("done"), count("failed"), count("throttled"), ...figures];
  return `<tr><td>${escaped(kind)}${cells.map((cell) => `<td>${cell}`).join("")}</tr>`;
}

interface Point {
  /** Share of the whole time. */
  readonly x: number;
  readonly y: number;
}

const SLICES = 120;

function inTime(samples: readonly Sample[], end: number, share: number): readonly Point[] {
  const slices = Array.from({ length: SLICES }, (): number[] => []);
  for (const { at, milliseconds } of samples)
    slices[Math.min(SLICES - 1, Math.floor((at / end) * SLICES))]?.push(milliseconds);
  return slices.flatMap((times, index) =>
    times.length === 0
      ? []
      : [
          {
            x: index / SLICES,
            y: percentile(
              times.sort((a, b) => a - b),
              share,
            ),
          },
        ],
  );
}

const WIDTH = 900;
const HEIGHT = 200;
const COLOURS = ["#0b62a3", "#c2410c"];

function chart(
  lines: readonly (readonly Point[])[],
  marks: readonly { readonly x: number; readonly what: string }[],
): string {
  const most = lines.flat().reduce((highest, { y }) => Math.max(highest, y), 1);
  const paths = lines.map((points, index) => {
    const at = points.map(
      ({ x, y }) => `${(x * WIDTH).toFixed(1)},${(HEIGHT - (y / most) * HEIGHT).toFixed(1)}`,
    );
    return `<polyline fill="none" stroke="${COLOURS[index % COLOURS.length]}" points="${at.join(" ")}"/>`;
  });
  const lineOf = ({ x, what }: { readonly x: number; readonly what: string }) =>
    `<line x1="${x * WIDTH}" x2="${x * WIDTH}" y1="0" y2="${HEIGHT}" stroke="#bbb" stroke-dasharray="3"><title>${escaped(what)}</title></line>`;
  return `<svg viewBox="0 -14 ${WIDTH} ${HEIGHT + 18}" role="img"><text y="-2" font-size="11">${most.toFixed(1)}</text>
<line x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" stroke="#888"/>${marks.map(lineOf).join("")}${paths.join("")}</svg>`;
}

const size = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
