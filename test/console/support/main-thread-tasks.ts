import type { Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time of the thread, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"];

/**
 * The longest tasks that kept pages from taking input while `work` ran, in milliseconds of
 * processor time, longest first. On a machine that others use, a task's time on the clock says little.
 */
export async function mainThreadTasks(
  page: Page,
  work: () => Promise<void>,
): Promise<readonly number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new TypeError("the page has no browser");
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(threadOf),
  );
  return traceEvents
    .filter((event) => event.name === "RunTask" && event.ph === "X" && main.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((one, other) => other - one);
}
