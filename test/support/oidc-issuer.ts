import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import Provider from "oidc-provider";
import { type LoopbackServer, loopbackServer } from "./identity-provider.ts";

export interface OidcIssuer {
  readonly url: string;
  readonly server: LoopbackServer;
  /** A token as the provider itself issues it to its client. */
  readonly issue: () => Promise<string>;
  /** A token signed with the provider's own key, whatever it says. */
  readonly sign: (claims?: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
  readonly key: () => {
    readonly kid: string;
    readonly privateKey: CryptoKey;
    readonly publicJwk: JWK;
  };
  /** From now on it signs with another key and publishes only that. */
  readonly rotate: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const CLIENT = "orders-app";

/**
 * The `oidc-provider` package on loopback, with a client that gets JWT access tokens by its own
 * credentials.
 */
export async function oidcIssuer(): Promise<OidcIssuer> {
  const server = await loopbackServer((_, response) => response.writeHead(503).end());
  let key = await newKey("first");
  const begin = () => {
    const provider = new Provider(server.url, {
      jwks: { keys: [{ ...key.privateJwk }] },
      clients: [
        {
          client_id: CLIENT,
          client_secret: "secret",
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => "urn:orders",
          getResourceServerInfo: () => ({
            scope: "orders",
            audience: CLIENT,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    });
    server.serve = provider.callback();
  };
  begin();
  return {
    url: server.url,
    server,
    async issue() {
      const { request } = await import("node:https");
      const body = "grant_type=client_credentials&scope=orders";
      return new Promise<string>((resolve, reject) => {
        const outgoing = request(
          `${server.url}/token`,
          {
            method: "POST",
            rejectUnauthorized: false,
            headers: {
              "content-type": "application/x-www-form-urlencoded",
              authorization: `Basic ${Buffer.from(`${CLIENT}:secret`).toString("base64")}`,
            },
          },
          (response) => {
            let text = "";
            response.on("data", (part) => {
              text += part;
            });
            response.on("end", () => {
              const answer: { access_token?: string } = JSON.parse(text);
              if (answer.access_token === undefined) reject(new Error(text));
              else resolve(answer.access_token);
            });
          },
        );
        outgoing.on("error", reject);
        outgoing.end(body);
      });
    },
    sign: (claims = {}, header = {}) =>
      new SignJWT({ iss: server.url, sub: "user-42", aud: CLIENT, ...claims })
        .setProtectedHeader({ alg: "RS256", kid: key.kid, ...header })
        .setIssuedAt(claims.iat)
        .setExpirationTime(claims.exp ?? "5m")
        .sign(key.privateKey),
    key: () => key,
    async rotate() {
      key = await newKey(`rotated-${key.kid}`);
      begin();
    },
    stop: () => server.stop(),
  };
}

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const named = { kid, alg: "RS256", use: "sig" };
  return {
    kid,
    privateKey,
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
  };
}
