import { useCallback, useEffect, useRef, useState } from "react";
import { type CallFailure, describeFailure } from "../api/errors.ts";

/** What a panel shows, and whether it is there yet. */
export interface Query<T> {
  readonly data: T | undefined;
  readonly failure: CallFailure | undefined;
  readonly isLoading: boolean;
  /** Loads again; what is shown stays until the answer is there. */
  readonly reload: () => Promise<void>;
}

/**
 * Loads something when a component appears, and again when `key` changes. `load` gets a signal that
 * is aborted when the component goes or the key changes.
 */
export function useQuery<T>(
  load: (signal: AbortSignal) => Promise<T>,
  key: readonly (string | number | boolean | undefined)[],
): Query<T> {
  const keyText = JSON.stringify(key);
  const [state, setState] = useState<State<T>>({ keyText, isLoading: true });
  const latest = useRef(load);
  latest.current = load;
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((before) =>
      before.keyText === keyText ? { ...before, isLoading: true } : { keyText, isLoading: true },
    );
    try {
      const data = await latest.current(controller.signal);
      if (!controller.signal.aborted) setState({ keyText, data, isLoading: false });
    } catch (error) {
      if (controller.signal.aborted) return;
      setState({ keyText, failure: describeFailure(error), isLoading: false });
    }
  }, [keyText]);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const { data, failure, isLoading } =
    state.keyText === keyText ? state : { isLoading: true, data: undefined, failure: undefined };
  return { data, failure, isLoading, reload };
}

interface State<T> {
  readonly keyText: string;
  readonly data?: T;
  readonly failure?: CallFailure;
  readonly isLoading: boolean;
}
