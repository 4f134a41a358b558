/** A picture of a report, as SVG. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Point {
  /** Share of the whole time. */
  readonly x: number;
  readonly y: number;
}

/** A vertical line. */
export interface Mark {
  readonly x: number;
  readonly what: string;
}

const WIDTH = 900;
const HEIGHT = 200;
const COLOURS = ["#0b62a3", "#c2410c", "#15803d", "#7e22ce"];
const MARK_COLOURS: Readonly<Record<string, string>> = { kill: "#dc2626" };

/** Lines over time. The scale goes from zero to the highest point, or to `most`. */
export function chart(
  title: string,
  lines: readonly Line[],
  marks: readonly Mark[] = [],
  scale: { readonly most?: number } = {},
): string {
  const highest = lines.flatMap(({ points }) => points).reduce((top, { y }) => Math.max(top, y), 1);
  const most = Math.min(highest, scale.most ?? highest);
  const heightOf = (y: number) => (HEIGHT - (Math.min(y, most) / most) * HEIGHT).toFixed(1);
  const paths = lines.map(({ points }, index) => {
    const at = points.map(({ x, y }) => `${(x * WIDTH).toFixed(1)},${heightOf(y)}`);
    return `<polyline fill="none" stroke="${colour(index)}" points="${at.join(" ")}"/>`;
  });
  const legend = lines.map(
    ({ name }, index) => `<span style="color:${colour(index)}">&#9632; ${escaped(name)}</span>`,
  );
  return `<h2>${escaped(title)}</h2>
<p>${legend.join(" ")}</p>
<svg viewBox="0 -14 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label="${escaped(title)}"><text y="-2" font-size="11">${most.toFixed(1)}${highest > most ? `, cut off; highest ${highest.toFixed(1)}` : ""}</text>
<line x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}" stroke="#888"/>${marks.map(lineOf).join("")}${paths.join("")}</svg>`;
}

const BAR_HEIGHT = 16;
const NAME_WIDTH = 230;

/** One bar a row on a logarithmic scale: from the median to p99, with a stroke at p90. */
export function bars(
  title: string,
  rows: readonly { readonly name: string; readonly values: readonly [number, number, number] }[],
): string {
  const most = rows.reduce((top, { values }) => Math.max(top, values[2]), 10);
  const place = (value: number) =>
    NAME_WIDTH +
    (Math.log10(Math.max(value, 0.1) * 10) / Math.log10(most * 10)) * (WIDTH - NAME_WIDTH - 120);
  const drawn = rows.map(({ name, values: [median, p90, p99] }, index) => {
    const y = index * BAR_HEIGHT;
    const [from, middle, to] = [place(median), place(p90), place(p99)];
    return `<text x="0" y="${y + 11}">${escaped(name)}</text><rect x="${from.toFixed(1)}" y="${y + 2}" width="${Math.max(to - from, 1).toFixed(1)}" height="10" fill="#0b62a3" opacity=".5"/><line x1="${middle.toFixed(1)}" x2="${middle.toFixed(1)}" y1="${y + 1}" y2="${y + 13}" stroke="#0b3c5d" stroke-width="2"/><text x="${(to + 6).toFixed(1)}" y="${y + 11}">${[median, p90, p99].map((one) => one.toFixed(1)).join(" / ")}</text>`;
  });
  return `<h2>${escaped(title)}</h2>
<svg viewBox="0 0 ${WIDTH} ${rows.length * BAR_HEIGHT}" role="img" aria-label="${escaped(title)}" font-size="11">${drawn.join("\n")}</svg>`;
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const colour = (index: number): string => COLOURS[index % COLOURS.length] ?? "#000";

const lineOf = ({ x, what }: Mark): string =>
  `<line x1="${(x * WIDTH).toFixed(1)}" x2="${(x * WIDTH).toFixed(1)}" y1="0" y2="${HEIGHT}" stroke="${MARK_COLOURS[what] ?? "#ccc"}" stroke-dasharray="3"><title>${escaped(what)}</title></line>`;
