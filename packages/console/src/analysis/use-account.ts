import { useCallback, useEffect, useRef, useState } from "react";
import { type CallFailure, describeFailure } from "../api/errors.ts";
import { type OpenAccount, openAccount } from "./open-account.ts";
import { readAccount } from "./read-account.ts";

/** The account as far as it is read, ready for questions. */
export interface ReadAccount {
  readonly account: OpenAccount;
  readonly entities: number;
  readonly principals: readonly string[];
  /** What answers leave out: a sentence each. */
  readonly leftOut: readonly string[];
}

export interface AccountState {
  readonly read: ReadAccount | undefined;
  readonly failure: CallFailure | undefined;
  /** What is under way, in words; undefined when it is over. */
  readonly progress: string | undefined;
  readonly reload: () => void;
}

const START = { read: undefined, failure: undefined, progress: "Reading the account" };

/** Reads the whole account into a worker, up to 10,000 users and roles. */
export function useAccount(): AccountState {
  const [state, setState] = useState<Omit<AccountState, "reload">>(START);
  const running = useRef<AbortController>(undefined);
  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState(START);
    const update = (change: Partial<AccountState>) =>
      signal.aborted || setState((before) => ({ ...before, ...change }));
    load(signal, (progress) => update({ progress })).then(
      (read) => update({ read, progress: undefined }),
      (error: unknown) => update({ failure: describeFailure(error), progress: undefined }),
    );
  }, []);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  return { ...state, reload };
}

async function load(
  signal: AbortSignal,
  onProgress: (words: string) => void,
): Promise<ReadAccount> {
  const account = openAccount(signal);
  const { entities, principals, leftOut } = await readAccount(account, signal, onProgress);
  // Brings the client of Organizations, which the page does without until here.
  const { loadLimits } = await import("./service-control.ts");
  const limits = await loadLimits(signal);
  account.add({ ServiceControlPolicies: limits.levels });
  return { account, entities, principals, leftOut: [...leftOut, ...limits.leftOut] };
}
