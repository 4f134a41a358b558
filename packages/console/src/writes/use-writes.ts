import { useCallback, useRef, useState } from "react";
import { send } from "../api/command.ts";
import { type CallFailure, describeFailure } from "../api/errors.ts";
import type { Command } from "../api/operation.ts";
import { ScopeChanged } from "../session/renewal.ts";
import { scopeOf } from "../session/session.ts";
import { currentSession } from "../session/session-store.ts";

/** One call of a step that changes something. */
export interface Write {
  /** What it does, such as `Create user ana`. */
  readonly label: string;
  readonly command: Command;
  /** Takes the answer, such as the secret of a new key. */
  readonly onDone?: (output: never) => void;
  /** Codes of errors that mean that there is nothing to do, such as `NoSuchEntity` on deletion. */
  readonly doneWhen?: readonly string[];
}

export type WriteStatus = "waiting" | "running" | "done" | "failed";

export interface WriteState {
  readonly write: Write;
  readonly status: WriteStatus;
  readonly failure?: CallFailure;
}

export interface Writes {
  readonly states: readonly WriteState[];
  readonly isRunning: boolean;
  readonly failure: CallFailure | undefined;
  /** Runs the writes in order, up to the first that fails. Resolves to whether all are done. */
  readonly run: (writes: readonly Write[]) => Promise<boolean>;
  /** Runs the failed write again, and those after it. */
  readonly resume: () => Promise<boolean>;
  readonly reset: () => void;
}

/** Calls that belong to one step: after a failure it is known what was done and what was not. */
export function useWrites(): Writes {
  const [states, setStates] = useState<readonly WriteState[]>([]);
  const [isRunning, setRunning] = useState(false);
  const current = useRef<readonly WriteState[]>([]);

  const set = useCallback((next: readonly WriteState[]) => {
    current.current = next;
    setStates(next);
  }, []);
  const mark = useCallback(
    (at: number, state: Omit<WriteState, "write">) =>
      set(
        current.current.map((old, index) => (index === at ? { write: old.write, ...state } : old)),
      ),
    [set],
  );
  const proceed = useCallback(async () => {
    setRunning(true);
    const scope = currentScope();
    try {
      for (const [at, { write, status }] of current.current.entries()) {
        if (status === "done") continue;
        mark(at, { status: "running" });
        // Somebody may switch to a role between two calls: the step must not go on as another.
        const failure =
          currentScope() === scope ? await attempt(write) : describeFailure(new ScopeChanged());
        if (failure !== undefined) {
          mark(at, { status: "failed", failure });
          return false;
        }
        mark(at, { status: "done" });
      }
      return true;
    } finally {
      setRunning(false);
    }
  }, [mark]);
  const run = useCallback(
    (writes: readonly Write[]) => {
      set(writes.map((write) => ({ write, status: "waiting" })));
      return proceed();
    },
    [set, proceed],
  );
  const reset = useCallback(() => set([]), [set]);

  const failure = states.find(({ status }) => status === "failed")?.failure;
  return { states, isRunning, failure, run, resume: proceed, reset };
}

function currentScope(): string {
  const session = currentSession();
  return session === undefined ? "" : scopeOf(session);
}

async function attempt({
  command,
  onDone,
  doneWhen = [],
}: Write): Promise<CallFailure | undefined> {
  try {
    const output = await send(command);
    onDone?.(output as never);
    return undefined;
  } catch (error) {
    const failure = describeFailure(error);
    return doneWhen.includes(failure.code) ? undefined : failure;
  }
}
