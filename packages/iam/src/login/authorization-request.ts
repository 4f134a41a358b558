/**
 * The public client of the login command: an application on the same machine as the browser. It is
 * the id that AWS's own command sends (AWS Sign-In, CreateOAuth2Token).
 */
export const LOGIN_CLIENT_ID = "arn:aws:signin:::devtools/same-device";

/** What an application asks the browser for (RFC 6749, 4.1.1; RFC 7636, 4.3). */
export interface AuthorizationRequest {
  readonly clientId: string;
  /** On the application's own machine. */
  readonly redirectUri: string;
  /** SHA-256 of the code verifier, base64url. */
  readonly codeChallenge: string;
  readonly state: string;
}

/** The parameters as they came. */
export interface AuthorizationParameters {
  readonly clientId?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly codeChallenge?: string | undefined;
  readonly codeChallengeMethod?: string | undefined;
  readonly state?: string | undefined;
}

/** RFC 7636 names the method S256. AWS's own command names it SHA-256. */
const METHODS: ReadonlySet<string> = new Set(["S256", "SHA-256"]);

/** The request of valid parameters, or a sentence that says what is wrong. */
export function readAuthorizationRequest({
  clientId,
  redirectUri = "",
  codeChallenge = "",
  codeChallengeMethod = "",
  state = "",
}: AuthorizationParameters): AuthorizationRequest | string {
  if (clientId !== LOGIN_CLIENT_ID) return `The client_id must be ${LOGIN_CLIENT_ID}.`;
  if (!isLoopbackCallback(redirectUri))
    return "The redirect_uri must be such as http://127.0.0.1:8912/oauth/callback.";
  if (!METHODS.has(codeChallengeMethod)) return "The code_challenge_method must be S256.";
  if (!/^[\w-]{43}$/.test(codeChallenge))
    return "The code_challenge must be a SHA-256 digest in base64url.";
  if (!/^[!-~]{16,512}$/.test(state)) return "The state must be 16 to 512 visible characters.";
  return { clientId, redirectUri, codeChallenge, state };
}

const LONGEST_REDIRECT_URI = 200;

/** The client's own path (RFC 8252, 8.10): servers of other applications may pass on what they get. */
const CALLBACK = "/oauth/callback";

/**
 * Whether a code may be sent there: to the client's path at a literal loopback address, on any port
 * (RFC 8252, 7.3). `localhost` is not accepted, because other addresses may have that name (RFC
 * 8252, 8.3). The text must be as the URL parser writes it, so that no other parser reads another
 * host.
 */
function isLoopbackCallback(redirectUri: string): boolean {
  if (redirectUri.length > LONGEST_REDIRECT_URI || !URL.canParse(redirectUri)) return false;
  const url = new URL(redirectUri);
  return (
    url.href === redirectUri &&
    url.protocol === "http:" &&
    (url.hostname === "127.0.0.1" || url.hostname === "[::1]") &&
    url.pathname === CALLBACK &&
    url.username === "" &&
    url.password === "" &&
    !/[?#]/.test(redirectUri)
  );
}
