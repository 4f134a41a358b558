/** What `find` returns once it is no longer undefined, asked again for at most `milliseconds`. */
export async function eventually<T>(
  find: () => Promise<T | undefined>,
  milliseconds = 2_000,
): Promise<T> {
  const giveUpAt = performance.now() + milliseconds;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`not found within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
