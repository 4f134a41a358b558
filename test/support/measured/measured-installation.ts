import { fork } from "node:child_process";
import { once } from "node:events";
import type { TestCredentials } from "../harness.ts";

/** An installation in another process, whose event loop is watched. */
export interface MeasuredInstallation {
  readonly controlUrl: string;
  readonly apiUrl: string;
  readonly dynamodbEndpoint: string;
  readonly account: string;
  readonly root: TestCredentials;
  /** The longest turn of the event loop since the last call, and the reasons of all decisions. */
  take(): Promise<Measured>;
  /** Blocks the event loop for 150 ms of processor time, to test the measure. */
  block(): void;
  stop(): Promise<void>;
}

export interface Measured {
  /** Processor time of the main thread. */
  readonly longestMilliseconds: number;
  /** Processor time of the process since the last call. */
  readonly processorMilliseconds: number;
  /** The most memory that the process has had. */
  readonly megabytes: number;
  readonly reasons: readonly (string | undefined)[];
}

export async function measuredInstallation(
  options: { readonly dataDirectory?: string } = {},
): Promise<MeasuredInstallation> {
  const { dataDirectory } = options;
  const server = new URL("./server.ts", import.meta.url);
  const args = dataDirectory === undefined ? [] : [dataDirectory];
  const child = fork(server, args, { execArgv: [], stdio: "inherit" });
  const answer = async <T>(): Promise<T> => (await once(child, "message"))[0] as T;
  const started = await answer<Omit<MeasuredInstallation, "take" | "block" | "stop">>();
  return {
    ...started,
    take() {
      child.send("take");
      return answer<Measured>();
    },
    block() {
      child.send("block");
    },
    async stop() {
      const exited = once(child, "exit");
      child.send("stop");
      await exited;
    },
  };
}
