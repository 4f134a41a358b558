import type { Session } from "./session.ts";
import { currentSession, setSession } from "./session-store.ts";

/**
 * What the console's tabs tell each other: a tab that opens takes the session of another tab, and
 * signing out in one signs out all.
 */
type TabMessage =
  | { readonly type: "sessionWanted" }
  | { readonly type: "session"; readonly session: Session }
  | { readonly type: "signedOut" };

const channel = new BroadcastChannel("portcullis.session");

channel.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => {
  const session = currentSession();
  if (data.type === "sessionWanted" && session !== undefined) post({ type: "session", session });
  if (data.type === "signedOut") setSession(undefined);
});

const post = (message: TabMessage): void => channel.postMessage(message);

/** The session of another open tab; undefined when none answers within `patienceMilliseconds`. */
export function sessionOfOtherTab(patienceMilliseconds: number): Promise<Session | undefined> {
  return new Promise((resolve) => {
    const finish = (session: Session | undefined) => {
      clearTimeout(timer);
      channel.removeEventListener("message", onMessage);
      resolve(session);
    };
    const onMessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data.type === "session") finish(data.session);
    };
    const timer = setTimeout(finish, patienceMilliseconds, undefined);
    channel.addEventListener("message", onMessage);
    post({ type: "sessionWanted" });
  });
}

export function signOutEverywhere(): void {
  post({ type: "signedOut" });
  setSession(undefined);
}
