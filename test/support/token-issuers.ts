import { SESSION_CLAIM } from "@portcullis/iam/federation/own-token";
import { type OidcProviderRecord, oidcProviderKey } from "@portcullis/iam/record/oidc-provider";
import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import type { TestCredentials } from "./harness.ts";
import { loopbackServer, thumbprintOf } from "./identity-provider.ts";
import { ACCOUNT, NOW, type RecordWorld } from "./record-world.ts";

const SECONDS = NOW.getTime() / 1000;
export const ISSUER = "https://portcullis.test";
export const CLIENT = "orders-app";

/** An authorizer's option to accept the tokens of this file. */
export const BEARER = { issuer: ISSUER, privateIdentityProviders: true } as const;

export interface OwnIssuer {
  /** Replaces the installation's signing key. Tokens are signed with the new one from then on. */
  rotate(): Promise<void>;
  /** A token of the session, for the API of `eventOf`. Claims that are undefined are left out. */
  token(session: TestCredentials, claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** The installation's own tokens. Their signing key is a record of the world. */
export async function ownIssuer(world: RecordWorld): Promise<OwnIssuer> {
  let current: { readonly kid: string; readonly privateKey: CryptoKey };
  let made = 0;
  const rotate = async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES384", { extractable: true });
    const kid = `key-${++made}`;
    current = { kid, privateKey };
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: "ES384", use: "sig" };
    const secret = { kind: "remote", keyId: kid } as const;
    const key = { kid, algorithm: "ES384", signsFrom: 0, publicJwk, secret } as const;
    world.put<SigningKeysRecord>({ keys: [key] }, signingKeysKey(ACCOUNT));
  };
  await rotate();
  return {
    rotate,
    token({ accessKeyId, sessionToken }, claims = {}) {
      const session = { [SESSION_CLAIM]: { accessKeyId, sessionToken } };
      return signed({ iss: ISSUER, aud: "own", jti: "1", ...session, ...claims }, "ES384", current);
    },
  };
}

export interface TestProvider {
  /** Host and port, as its ARN has them. */
  readonly url: string;
  readonly arn: string;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  /** Claims that are undefined are left out. */
  token(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  stop(): Promise<void>;
}

/** An OIDC provider on loopback that publishes its keys. */
export async function testProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = "first";
  const keys = [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }];
  const server = await loopbackServer((request, response) => {
    const discovery = { issuer: server.url, jwks_uri: `${server.url}/keys` };
    const document = request.url === "/keys" ? { keys } : discovery;
    response.setHeader("content-type", "application/json").end(JSON.stringify(document));
  });
  const url = server.url.slice("https://".length);
  return {
    url,
    arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${url}`,
    requests: server.requests,
    token: (claims = {}) =>
      signed({ iss: server.url, sub: "user-42", aud: CLIENT, ...claims }, "ES256", {
        kid,
        privateKey,
      }),
    stop: () => server.stop(),
  };
}

/** Registers a provider in an account of the world. */
export function register(world: RecordWorld, { url }: TestProvider, account = ACCOUNT): void {
  const thumbprints = [thumbprintOf("authority")];
  const createdAt = NOW.toISOString();
  world.put<OidcProviderRecord>(
    { account, url, createdAt, clientIds: [CLIENT], thumbprints, tags: [] },
    oidcProviderKey(account, url),
  );
}

function signed(
  claims: Readonly<Record<string, unknown>>,
  alg: string,
  { kid, privateKey }: { readonly kid: string; readonly privateKey: CryptoKey },
): Promise<string> {
  const payload = { sub: "subject", iat: SECONDS, exp: SECONDS + 300, ...claims };
  // JSON has no undefined members.
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader({ alg, kid })
    .sign(privateKey);
}
