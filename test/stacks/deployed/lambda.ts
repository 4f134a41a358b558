import { fork } from "node:child_process";
import { join } from "node:path";

/**
 * A deployed function: its bundle, in a process of its own, with nothing in its environment but
 * what it is given.
 */
export interface Lambda {
  // biome-ignore lint/suspicious/noExplicitAny: a function may answer anything
  invoke(event: unknown): Promise<any>;
  stop(): void;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Starts a function, and waits until it has loaded. */
export async function startLambda(
  bundle: string,
  environment: Record<string, string>,
): Promise<Lambda> {
  const child = fork(join(import.meta.dirname, "runtime.ts"), [bundle], {
    env: environment,
    execArgv: [],
    // what it writes to stdout is its log, which CloudWatch would take
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let events = 0;
  const loaded = new Promise<Reply>((resolve, reject) => {
    waiting.set(0, resolve);
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the function ended with code ${code}`));
      for (const answer of waiting.values()) answer({ id: 0, error: "the function ended" });
    });
  });
  child.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  await loaded;
  return {
    async invoke(event) {
      const id = ++events;
      const reply = await new Promise<Reply>((resolve) => {
        waiting.set(id, resolve);
        child.send({ id, event });
      });
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.result;
    },
    stop: () => void child.kill(),
  };
}
