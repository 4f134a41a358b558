import { useEffect, useState } from "react";
import { type CellOutcome, outcomeOf, type Simulation } from "./decide.ts";

/** The decision of each action on each resource; undefined while it is not decided. */
export type Matrix = ReadonlyMap<string, CellOutcome>;

export const cellKey = (action: string, resource: string): string => `${action} ${resource}`;

/** How long the page may be busy before it looks for input again. */
const SLICE_MILLISECONDS = 20;

/** Decides in slices: one decision may take 20 ms, and there may be 500. */
export function useMatrix(
  simulation: Simulation | undefined,
  actions: readonly string[],
  resources: readonly string[],
): { readonly matrix: Matrix; readonly isRunning: boolean } {
  const [state, setState] = useState<{ of: unknown; matrix: Matrix; isRunning: boolean }>({
    of: undefined,
    matrix: new Map(),
    isRunning: false,
  });
  const cells = JSON.stringify([actions, resources]);
  useEffect(() => {
    if (simulation === undefined) return;
    const [rows, columns] = JSON.parse(cells) as [string[], string[]];
    const matrix = new Map<string, CellOutcome>();
    const queue = rows.flatMap((row) => columns.map((column) => [row, column] as const));
    let at = 0;
    let timer: ReturnType<typeof setTimeout>;
    const slice = () => {
      const end = performance.now() + SLICE_MILLISECONDS;
      while (at < queue.length && performance.now() < end) {
        const [action = "", resource = ""] = queue[at++] ?? [];
        matrix.set(cellKey(action, resource), outcomeOf(simulation, action, resource));
      }
      const isRunning = at < queue.length;
      setState({ of: simulation, matrix: new Map(matrix), isRunning });
      if (isRunning) timer = setTimeout(slice);
    };
    slice();
    return () => clearTimeout(timer);
  }, [simulation, cells]);
  return simulation !== undefined && state.of === simulation ? state : NOTHING_YET;
}

const NOTHING_YET = { matrix: new Map(), isRunning: true };
