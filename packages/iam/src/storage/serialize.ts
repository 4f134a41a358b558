/**
 * Lets those who fight for one record go one after another within this process. Without it, of n changes of one record at once each
 * round makes one and repeats all others: n² attempts. Between processes only chance keeps them apart.
 */
export async function inTurn<T>(name: string, run: () => Promise<T>): Promise<T> {
  const before = turns.get(name) ?? Promise.resolve();
  const mine = before.then(run);
  const done = mine.then(nothing, nothing);
  turns.set(name, done);
  try {
    return await mine;
  } finally {
    if (turns.get(name) === done) turns.delete(name);
  }
}

const turns = new Map<string, Promise<void>>();
const nothing = () => {};
