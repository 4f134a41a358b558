import { useSyncExternalStore } from "react";
import type { Session } from "./session.ts";

/**
 * The session of this tab. It lives in memory and in `sessionStorage`, so that a reload keeps it
 * and closing the tab ends it.
 */
const KEY = "portcullis.session";

let current = read();
const listeners = new Set<() => void>();

export const currentSession = (): Session | undefined => current;

export function setSession(session: Session | undefined): void {
  current = session;
  if (session === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(session));
  for (const listener of listeners) listener();
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session | undefined =>
  useSyncExternalStore(onSessionChange, currentSession);

function read(): Session | undefined {
  const stored = sessionStorage.getItem(KEY);
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as Session;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
