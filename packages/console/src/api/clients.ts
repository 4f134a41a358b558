import { IAMClient } from "@aws-sdk/client-iam";
import { renewedSession } from "../session/renewal.ts";
import { activeCredentials, type Credentials } from "../session/session.ts";
import { currentSession } from "../session/session-store.ts";
import { clientOptions } from "./client-options.ts";
import { isExpired } from "./errors.ts";

/**
 * `iam(new ListUsersCommand({}))` and so on: a call with the credentials of the session. A call whose
 * credentials have expired waits until the person has signed in again, and is then sent once more.
 * STS and Organizations load when they are first called, since most pages do without them.
 */
export const iam = sender(async (credentials) => iamClient(credentials));
export const sts = sender(async (credentials) =>
  (await import("./sts-client.ts")).stsClient(credentials),
);
export const organizations = sender(async (credentials) =>
  (await import("./organizations-client.ts")).organizationsClient(credentials),
);

/** A client of other credentials than the session's, such as those that may only change a password. */
export const iamClient = (credentials: Credentials): IAMClient =>
  new IAMClient(clientOptions(credentials, "iam"));

interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: each client's own overloads type its calls
  send: any;
}

function sender<C extends Client>(make: (credentials: Credentials) => Promise<C>): C["send"] {
  let made: { readonly client: Promise<C>; readonly credentials: Credentials } | undefined;
  const ofSession = async () => {
    const session = currentSession() ?? (await renewedSession());
    const credentials = activeCredentials(session);
    if (made?.credentials !== credentials) made = { client: make(credentials), credentials };
    return { client: await made.client, credentials };
  };
  return async (command: unknown, callOptions?: unknown) => {
    const { client, credentials } = await ofSession();
    try {
      return await client.send(command, callOptions);
    } catch (error) {
      if (!isExpired(error)) throw error;
      await renewedSession(credentials);
      return (await ofSession()).client.send(command, callOptions);
    }
  };
}
