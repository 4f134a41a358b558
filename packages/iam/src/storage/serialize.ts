/**
 * Runs functions of one name one after another within this process. Without it, n concurrent
 * changes of one record take n² attempts, because each round commits one and repeats all others.
 * Processes are not serialized with each other; there, only random pauses help.
 */
export async function serialize<T>(name: string, run: () => Promise<T>): Promise<T> {
  const previous = lastOf.get(name) ?? Promise.resolve();
  const current = previous.then(run);
  const settled = current.then(ignore, ignore);
  lastOf.set(name, settled);
  try {
    return await current;
  } finally {
    if (lastOf.get(name) === settled) lastOf.delete(name);
  }
}

const lastOf = new Map<string, Promise<void>>();
const ignore = () => {};
