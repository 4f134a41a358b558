import { useEffect, useState } from "react";
import { forEachLimited } from "../api/concurrency.ts";

/**
 * What needs a call for each row: asked for the rows that are shown, four at a time, and for no
 * others. `load` answers undefined where it fails or is denied.
 */
export function useRowDetails<T>(
  names: readonly string[],
  load: (name: string, signal: AbortSignal) => Promise<T>,
): ReadonlyMap<string, T> {
  const [details, setDetails] = useState<ReadonlyMap<string, T>>(new Map());
  const namesText = names.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names, not the array that holds them
  useEffect(() => {
    const controller = new AbortController();
    const missing = names.filter((name) => !details.has(name));
    forEachLimited(missing, controller.signal, async (name) => {
      const detail = await load(name, controller.signal);
      if (!controller.signal.aborted) setDetails((before) => new Map(before).set(name, detail));
    });
    return () => controller.abort();
  }, [namesText]);
  return details;
}

/** The answer, or undefined when the call fails: the column shows that it is not known. */
export async function ifKnown<T>(call: Promise<T>): Promise<T | undefined> {
  const [settled] = await Promise.allSettled([call]);
  return settled.status === "fulfilled" ? settled.value : undefined;
}
