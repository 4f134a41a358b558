import { useCallback, useEffect, useRef, useState } from "react";
import { describeFailure } from "../api/errors.ts";

/** The choices of a field whose list the server searches: a part of a million names. */
export interface ServerOptions {
  readonly names: readonly string[];
  readonly status: "loading" | "finished" | "error" | "pending";
  readonly failure: string | undefined;
  /** Looks for names that begin with a text. */
  readonly search: (text: string) => void;
}

const DELAY_MILLISECONDS = 200;

export function useServerOptions(
  load: (prefix: string, abortSignal: AbortSignal) => Promise<readonly string[]>,
): ServerOptions {
  const [names, setNames] = useState<readonly string[]>([]);
  const [status, setStatus] = useState<ServerOptions["status"]>("pending");
  const [failure, setFailure] = useState<string>();
  const running = useRef<AbortController>(undefined);
  const latest = useRef(load);
  latest.current = load;
  const search = useCallback(async (text: string) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setStatus("loading");
    await new Promise((resolve) => setTimeout(resolve, DELAY_MILLISECONDS));
    if (controller.signal.aborted) return;
    try {
      const found = await latest.current(text, controller.signal);
      if (controller.signal.aborted) return;
      setNames(found);
      setStatus("finished");
    } catch (error) {
      if (controller.signal.aborted) return;
      setFailure(describeFailure(error).message);
      setStatus("error");
    }
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  return { names, status, failure, search };
}
