import { createHash, randomBytes } from "node:crypto";
import { createPortcullisClient, PortcullisError } from "@portcullis/control-api/portcullis-client";
import { CommandFault } from "../command-fault.ts";
import { type CallbackServer, startCallbackServer } from "./callback-server.ts";
import { openBrowser } from "./open-browser.ts";
import { type Person, signInAtTerminal } from "./terminal-login.ts";
import { CLIENT_ID, type Grant } from "./token-call.ts";

type Code = Extract<Grant, { readonly grantType: "authorization_code" }>;

const PATIENCE_MILLISECONDS = 300_000;

/** A code for this command, by way of the person's browser and the console. */
export async function authorizeInBrowser(
  endpoint: string,
  { port, env }: { readonly port: number; readonly env: NodeJS.ProcessEnv },
): Promise<Code> {
  const { codeVerifier, codeChallenge, state } = newSecrets();
  const server = await startCallbackServer(state, port);
  try {
    const url = new URL(`${endpoint}/v1/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: server.redirectUri,
      code_challenge: codeChallenge,
      code_challenge_method: "S256",
      state,
    }).toString();
    process.stderr.write(
      `Your browser should open this page. If it does not, open it:\n\n${url}\n\n`,
    );
    openBrowser(url.href, env);
    return await codeFrom(server, codeVerifier);
  } finally {
    server.close();
  }
}

const codeFrom = async (server: CallbackServer, codeVerifier: string): Promise<Code> => ({
  grantType: "authorization_code",
  code: await server.code(PATIENCE_MILLISECONDS),
  redirectUri: server.redirectUri,
  codeVerifier,
});

/** Nothing listens there: the command takes the code from the answer. */
const NO_REDIRECT = "http://127.0.0.1/oauth/callback";

/** A code for this command, with a sign-in in the terminal. */
export async function authorizeAtTerminal(endpoint: string, person: Person): Promise<Code> {
  const credentials = await signInAtTerminal(endpoint, person);
  const { codeVerifier, codeChallenge, state } = newSecrets();
  const client = createPortcullisClient({ endpoint: `${endpoint}/portcullis`, credentials });
  try {
    const { Location } = await client.authorizeOAuth2Access({
      ClientId: CLIENT_ID,
      RedirectUri: NO_REDIRECT,
      CodeChallenge: codeChallenge,
      CodeChallengeMethod: "S256",
      State: state,
    });
    const code = new URL(Location).searchParams.get("code") ?? "";
    return { grantType: "authorization_code", code, redirectUri: NO_REDIRECT, codeVerifier };
  } catch (error) {
    if (error instanceof PortcullisError) throw new CommandFault(error.message);
    throw error;
  }
}

function newSecrets() {
  const codeVerifier = randomBytes(48).toString("base64url");
  return {
    codeVerifier,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    state: randomBytes(24).toString("base64url"),
  };
}
