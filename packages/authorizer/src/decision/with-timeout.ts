/** What was not done in time. Whoever waits for a decision takes it for no allow. */
export class TooLate extends Error {
  override readonly name = "TooLate";
}

/** What `work` gives, unless that takes longer. @throws {TooLate} and whatever the work throws */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new TooLate(`nothing within ${milliseconds} ms`)),
          milliseconds,
        );
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
