import { useSyncExternalStore } from "react";
import {
  activeCredentials,
  type Credentials,
  type Session,
  type SwitchedRole,
  scopeOf,
} from "./session.ts";
import { currentSession, onSessionChange, setSession } from "./session-store.ts";
import { assumedRole } from "./switch-role.ts";

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

/** A call was not sent again, since the person acts as somebody else by now. */
export class ScopeChanged extends Error {
  override name = "ScopeChanged";
  constructor() {
    super("You switched to another role meanwhile. The call was not sent.");
  }
}

/**
 * The session once it has other credentials than the expired ones. It stays pending for good when the
 * person signs out instead: the page that waits is gone, and nobody else may send its calls.
 * @throws {ScopeChanged} when the person acts as somebody else by then
 */
export function renewedSession(expired: Credentials, scope: string): Promise<Session> {
  const found = renewed(expired, scope);
  if (found !== undefined) return Promise.resolve(found);
  renewRoleOrAsk();
  return new Promise((resolve, reject) => {
    const stop = onSessionChange(() => {
      try {
        const session = renewed(expired, scope);
        const isSignedOut = currentSession() === undefined;
        if (session !== undefined || isSignedOut) stop();
        if (session === undefined) return;
        resolve(session);
      } catch (error) {
        stop();
        reject(error);
      }
    });
  });
}

function renewed(expired: Credentials, scope: string): Session | undefined {
  const session = currentSession();
  if (session === undefined) return undefined;
  if (scopeOf(session) !== scope) throw new ScopeChanged();
  return activeCredentials(session) === expired ? undefined : session;
}

let isRoleRenewing = false;

/**
 * A role's hour is renewed silently as long as the person's own session lasts; several calls that
 * wait share the renewal. Otherwise the dialog asks for the password.
 */
function renewRoleOrAsk(): void {
  const session = currentSession();
  const isOwnOver = (session?.credentials.expiresAtMilliseconds ?? 0) <= Date.now();
  if (session?.role === undefined || isOwnOver) {
    requestRenewal();
    return;
  }
  if (isRoleRenewing) return;
  isRoleRenewing = true;
  renewRole(session, session.role).finally(() => {
    isRoleRenewing = false;
  });
}

async function renewRole(session: Session, role: SwitchedRole): Promise<void> {
  try {
    const renewedRole = await assumedRole(session, role);
    // The person may have switched or signed out meanwhile.
    if (currentSession() === session) setSession({ ...session, role: renewedRole });
  } catch {
    // Whatever the reason, the dialog is the way on: it tries again, switches back or signs out.
    requestRenewal();
  }
}
