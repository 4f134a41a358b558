/** What a command on this computer asks for (OAuth 2.0 with PKCE, as `aws login` does). */
export interface LoginRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly port: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
  readonly state: string;
}

/**
 * The request in the page's address. Undefined if it is none, or would send the answer anywhere but
 * to this computer. The control API checks the same.
 */
export function loginRequestOf(params: URLSearchParams): LoginRequest | undefined {
  const redirectUri = params.get("redirect_uri") ?? "";
  const port = loopbackPort(redirectUri);
  const request = {
    clientId: params.get("client_id") ?? "",
    redirectUri,
    port: port ?? "",
    codeChallenge: params.get("code_challenge") ?? "",
    codeChallengeMethod: params.get("code_challenge_method") ?? "",
    state: params.get("state") ?? "",
  };
  return Object.values(request).includes("") ? undefined : request;
}

/** The port of a command's callback at a literal loopback address (RFC 8252, 7.3 and 8.10). */
function loopbackPort(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { href, protocol, hostname, port, pathname, username, search, hash } = new URL(text);
  const isLoopback = protocol === "http:" && (hostname === "127.0.0.1" || hostname === "[::1]");
  const isCallback = pathname === "/oauth/callback" && search === "" && hash === "";
  if (!isLoopback || !isCallback || href !== text || username !== "") return undefined;
  return port || "80";
}

/** The address that tells the command that the person declined (RFC 6749, 4.1.2.1). */
export function declinedLocation({ redirectUri, state }: LoginRequest): string {
  const query = new URLSearchParams({ error: "access_denied", state });
  return `${redirectUri}?${query}`;
}
