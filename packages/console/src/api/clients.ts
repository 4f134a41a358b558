import { IAMClient } from "@aws-sdk/client-iam";
import { renewedSession } from "../session/renewal.ts";
import { activeCredentials, type Credentials, type Session, scopeOf } from "../session/session.ts";
import { currentSession } from "../session/session-store.ts";
import { clientOptions } from "./client-options.ts";
import { isExpired } from "./errors.ts";

/**
 * `iam(new ListUsersCommand({}))` and so on: a call with the credentials of the session. A call
 * whose credentials have expired waits until the person has signed in again, and is then sent once
 * more. All but IAM load when they are first called, since most pages do without them.
 */
export const iam = sender(async (credentials) => iamClient(credentials));
export const sts = sender(async (credentials) =>
  (await import("./sts-client.ts")).stsClient(credentials),
);
export const organizations = sender(async (credentials) =>
  (await import("./organizations-client.ts")).organizationsClient(credentials),
);
export const cloudTrail = sender(async (credentials) =>
  (await import("./cloudtrail-client.ts")).cloudTrailClient(credentials),
);
export const portcullis = sender(async (credentials) =>
  (await import("./portcullis-client.ts")).portcullisClient(credentials),
);

/**
 * A client of other credentials than the session's, such as those that may only change a password.
 */
export const iamClient = (credentials: Credentials): IAMClient =>
  new IAMClient(clientOptions(credentials, "iam"));

interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: each client's own overloads type its calls
  send: any;
}

function sender<C extends Client>(make: (credentials: Credentials) => Promise<C>): C["send"] {
  let made: { readonly client: Promise<C>; readonly credentials: Credentials } | undefined;
  const clientOf = async (session: Session) => {
    const credentials = activeCredentials(session);
    if (made?.credentials !== credentials) made = { client: make(credentials), credentials };
    return made.client;
  };
  return async (command: unknown, callOptions?: unknown) => {
    const session = currentSession();
    if (session === undefined) throw new Error("Nobody is signed in.");
    try {
      return await (await clientOf(session)).send(command, callOptions);
    } catch (error) {
      if (!isExpired(error)) throw error;
      const renewed = await renewedSession(activeCredentials(session), scopeOf(session));
      return (await clientOf(renewed)).send(command, callOptions);
    }
  };
}
