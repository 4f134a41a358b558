/** How many calls a page sends at a time for columns that need a call for each row. */
const AT_A_TIME = 4;

/** Runs `work` for each item, four at a time, until the signal aborts. */
export async function forEachLimited<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}
