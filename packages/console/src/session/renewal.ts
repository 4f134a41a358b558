import { useSyncExternalStore } from "react";
import { activeCredentials, type Credentials, type Session } from "./session.ts";
import { currentSession, onSessionChange } from "./session-store.ts";

/**
 * Renewal of an expired session. Calls wait here while a dialog above the page asks for the password,
 * so that nothing typed into the page is lost.
 */
let wanted = false;
const listeners = new Set<() => void>();

function setWanted(value: boolean): void {
  wanted = value;
  for (const listener of listeners) listener();
}

/** Opens the dialog that asks for the password. */
export const requestRenewal = (): void => setWanted(true);

/** Closes it. */
export const renewalDone = (): void => setWanted(false);

/** Whether the password is asked for. */
export const useRenewalWanted = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => wanted,
  );

/**
 * The session once it has other credentials than the expired ones. It stays pending when the person
 * signs out instead: the page that waits is gone then.
 */
export function renewedSession(expired?: Credentials): Promise<Session> {
  const session = currentSession();
  if (session !== undefined && activeCredentials(session) !== expired)
    return Promise.resolve(session);
  requestRenewal();
  return new Promise((resolve) => {
    const stop = onSessionChange(() => {
      const renewed = currentSession();
      if (renewed === undefined || activeCredentials(renewed) === expired) return;
      stop();
      resolve(renewed);
    });
  });
}
