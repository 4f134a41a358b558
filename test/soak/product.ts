import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export const ROOT = {
  accessKeyId: "AKIAPORTCULLISROOT01",
  secretAccessKey: "a-root-secret-for-tests-only",
};
export const ROOT_PASSWORD = "the root password of the soak, 1";
export const ACCOUNT = "100000000000";

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly handles: number;
}

/** The product's process: it can be killed and started again on the same ports. */
export interface Product {
  readonly controlUrl: string;
  readonly apiUrl: string;
  /** Undefined while it is down. */
  memory(): Promise<Memory | undefined>;
  /** Steps its clock; a restart keeps the offset, as a machine's clock does. */
  setClock(offsetMilliseconds: number): void;
  /** Kills it without notice. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface ProductOptions {
  readonly dataDirectory: string;
  /** The table, by way of the proxy that makes its faults. */
  readonly dynamodbEndpoint: string;
  /** The built console. */
  readonly consoleDirectory: string;
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  let child: ChildProcess | undefined;
  let clockOffset = 0;
  let ports = { port: 0, apiPort: 0, restPort: 0 };
  const start = async () => {
    const settings = {
      ...ports,
      ...options,
      clockOffset,
      accountId: ACCOUNT,
      rootKey: ROOT,
      rootEmail: "root@localhost",
      rootPassword: ROOT_PASSWORD,
    };
    const started = fork(new URL("./server.ts", import.meta.url), [JSON.stringify(settings)], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const failed = once(started, "exit").then(() => undefined);
    const first = await Promise.race([once(started, "message"), failed]);
    if (first === undefined) throw new Error("the product did not start");
    child = started;
    return first[0] as { controlUrl: string; apiUrl: string };
  };
  const { controlUrl, apiUrl } = await start();
  ports = { port: portOf(controlUrl), apiPort: portOf(apiUrl), restPort: 0 };
  return {
    controlUrl,
    apiUrl,
    async memory() {
      const asked = child;
      if (asked === undefined) return undefined;
      asked.send("memory");
      // Both listeners go with the answer: the soak must not leak itself.
      const listening = new AbortController();
      const { signal } = listening;
      try {
        const gone = once(asked, "exit", { signal }).then(() => undefined);
        const answer = once(asked, "message", { signal });
        gone.catch(() => {});
        answer.catch(() => {});
        return (await Promise.race([answer, gone]))?.[0];
      } finally {
        listening.abort();
      }
    },
    setClock(offsetMilliseconds) {
      clockOffset = offsetMilliseconds;
      child?.send({ clock: offsetMilliseconds });
    },
    async kill() {
      const killed = child;
      child = undefined;
      if (killed === undefined) return;
      const exited = once(killed, "exit");
      killed.kill("SIGKILL");
      await exited;
    },
    async start() {
      // A start that meets a fault of the table is tried again, as a supervisor does.
      for (let attempt = 1; ; attempt++) {
        try {
          await start();
          return;
        } catch (error) {
          if (attempt === 5) throw error;
        }
      }
    },
  };
}

const portOf = (url: string): number => Number(new URL(url).port);
