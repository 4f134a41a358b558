import { useCallback, useEffect, useRef, useState } from "react";
import { type CallFailure, describeFailure } from "../api/errors.ts";

/** What one call of a list operation answers. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Undefined after the last page. */
  readonly marker?: string | undefined;
}

export type LoadPage<T> = (marker: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>;

/** A list as far as it is loaded: an account may have a million users, and a call answers 1,000. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  /** Whether {@link Listing.loadAll} is under way. */
  readonly isLoadingAll: boolean;
  readonly failure: CallFailure | undefined;
  readonly loadMore: () => Promise<void>;
  readonly loadAll: () => Promise<void>;
  readonly stop: () => void;
  readonly reload: () => Promise<void>;
}

/** The largest page that IAM's list operations answer. */
export const PAGE_ITEMS = 1000;

interface State<T> {
  readonly items: readonly T[];
  readonly marker?: string | undefined;
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  readonly failure?: CallFailure | undefined;
}

const EMPTY = { items: [], isComplete: false, isLoading: true } as const;

export function useListing<T>(
  loadPage: LoadPage<T>,
  key: readonly (string | undefined)[] = [],
): Listing<T> {
  const keyText = JSON.stringify(key);
  const [state, setState] = useState<State<T>>(EMPTY);
  const [isLoadingAll, setLoadingAll] = useState(false);
  const latest = useRef(loadPage);
  latest.current = loadPage;
  const current = useRef(state);
  const running = useRef<AbortController>(undefined);

  const set = useCallback((next: State<T>) => {
    current.current = next;
    setState(next);
  }, []);
  const step = useCallback(
    async (before: State<T>, signal: AbortSignal) => {
      set({ ...before, isLoading: true, failure: undefined });
      try {
        const page = await latest.current(before.marker, signal);
        if (signal.aborted) return;
        set({
          items: before.items.length === 0 ? page.items : [...before.items, ...page.items],
          marker: page.marker,
          isComplete: page.marker === undefined,
          isLoading: false,
        });
      } catch (error) {
        if (!signal.aborted) set({ ...before, isLoading: false, failure: describeFailure(error) });
      }
    },
    [set],
  );
  const begin = useCallback(() => {
    running.current?.abort();
    running.current = new AbortController();
    return running.current.signal;
  }, []);
  const reload = useCallback(async () => step(EMPTY, begin()), [step, begin]);
  const loadMore = useCallback(async () => {
    if (!current.current.isLoading && !current.current.isComplete)
      await step(current.current, begin());
  }, [step, begin]);
  const loadAll = useCallback(async () => {
    const signal = begin();
    setLoadingAll(true);
    set({ ...current.current, failure: undefined });
    while (!signal.aborted && !current.current.isComplete && current.current.failure === undefined)
      await step(current.current, signal);
    if (running.current?.signal === signal) setLoadingAll(false);
  }, [set, step, begin]);
  const stop = useCallback(() => {
    running.current?.abort();
    setLoadingAll(false);
    set({ ...current.current, isLoading: false });
  }, [set]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list begins again when its key changes
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload, keyText]);

  const { items, isComplete, isLoading, failure } = state;
  return { items, isComplete, isLoading, isLoadingAll, failure, loadMore, loadAll, stop, reload };
}
