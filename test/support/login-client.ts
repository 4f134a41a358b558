import { createHash, createPrivateKey, randomBytes, randomUUID } from "node:crypto";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import type { TestCredentials } from "./harness.ts";

/** AWS's client id, and a port that nothing listens on. */
export const CLIENT_ID = "arn:aws:signin:::devtools/same-device";
export const REDIRECT_URI = "http://127.0.0.1:51234/oauth/callback";

/** An application that logs in by the protocol itself, so that tests can break each part of it. */
export interface LoginClient {
  readonly verifier: string;
  readonly challenge: string;
  readonly state: string;
  /** As the SDKs keep it in their cache (RFC 5915). */
  readonly privateKeyPem: string;
  /** A DPoP proof of this client's key. */
  readonly proof: (changes?: ProofChanges) => Promise<string>;
  /** Where the browser is sent, as the console asks for it with a person's session. */
  readonly authorize: (
    credentials: TestCredentials,
    changes?: Readonly<Record<string, string>>,
  ) => Promise<URL>;
  readonly token: (body: object, options?: TokenOptions) => Promise<TokenResponse>;
  readonly redeem: (code: string, options?: TokenOptions) => Promise<TokenResponse>;
  readonly refresh: (refreshToken: string, options?: TokenOptions) => Promise<TokenResponse>;
}

export interface ProofChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
}

export interface TokenOptions {
  readonly proof?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

export interface TokenResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever is answered
  readonly body: any;
}

/** The credentials in an answer, as SDK clients take them. */
export const credentialsIn = ({ body }: TokenResponse): TestCredentials => body.accessToken;

export async function createLoginClient(controlUrl: string): Promise<LoginClient> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const verifier = randomBytes(48).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const state = randomUUID();

  const proof = ({ claims, header }: ProofChanges = {}) =>
    new SignJWT({
      jti: randomUUID(),
      htm: "POST",
      htu: `${controlUrl}/v1/token`,
      iat: Math.floor(Date.now() / 1000),
      ...claims,
    })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
      .sign(privateKey);

  const token = async (body: object, options: TokenOptions = {}): Promise<TokenResponse> => {
    const path = options.path ?? "/v1/token";
    const sent = "proof" in options ? options.proof : await proof();
    const response = await fetch(`${controlUrl}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(sent === undefined ? {} : { dpop: sent }),
        ...options.headers,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    verifier,
    challenge,
    state,
    privateKeyPem: createPrivateKey({ key: (await exportJWK(privateKey)) as never, format: "jwk" })
      .export({ type: "sec1", format: "pem" })
      .toString(),
    proof,
    async authorize(credentials, changes) {
      const client = createPortcullisClient({ endpoint: controlUrl, credentials });
      const { Location } = await client.authorizeOAuth2Access({
        ClientId: CLIENT_ID,
        RedirectUri: REDIRECT_URI,
        CodeChallenge: challenge,
        CodeChallengeMethod: "S256",
        State: state,
        ...changes,
      });
      return new URL(Location);
    },
    token,
    redeem: (code, options) =>
      token(
        {
          clientId: CLIENT_ID,
          grantType: "authorization_code",
          code,
          redirectUri: REDIRECT_URI,
          codeVerifier: verifier,
        },
        options,
      ),
    refresh: (refreshToken, options) =>
      token({ clientId: CLIENT_ID, grantType: "refresh_token", refreshToken }, options),
  };
}
