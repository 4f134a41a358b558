import { EnableOutboundWebIdentityFederationCommand } from "@aws-sdk/client-iam";
import {
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
} from "@aws-sdk/client-sts";
import { verifyOwnToken } from "@portcullis/iam/federation/own-token";
import { currentKey, maintainSigningKeys } from "@portcullis/iam/federation/signing-keys";
import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";
import {
  ACCOUNT,
  allow,
  stsInstallation,
  type TestCredentials,
} from "../../support/sts-installation.ts";

const here = stsInstallation();

const getToken = async (
  credentials: TestCredentials,
  input: Partial<GetWebIdentityTokenCommandInput> = {},
) => {
  const { WebIdentityToken: token, Expiration } = await here
    .sts(credentials)
    .send(
      new GetWebIdentityTokenCommand({ Audience: ["orders"], SigningAlgorithm: "ES384", ...input }),
    );
  return { token: token ?? "", expiration: Expiration };
};

describe("the signing keys", () => {
  beforeAll(async () => {
    await here.iam().send(new EnableOutboundWebIdentityFederationCommand({}));
  });
  const DAY = 86_400_000;
  const read = async (account: string) => {
    const [stored] = await here.store().get([signingKeysKey(account)]);
    return stored?.data as SigningKeysRecord;
  };

  it("are rotated with overlap: published before they sign, and until their tokens have expired", async () => {
    const account = "300000000000";
    const sealer = memoryKeyRing();
    const start = Date.parse("2026-01-01T00:00:00Z");
    const keep = (days: number, options = {}) =>
      maintainSigningKeys(
        {
          store: here.store(),
          sealer,
          managementAccount: account,
          now: new Date(start + days * DAY),
        },
        options,
      );
    const signing = async (days: number) =>
      currentKey(await read(account), "ES384", new Date(start + days * DAY)).kid;
    await Promise.all([keep(0), keep(0), keep(0)]);
    const first = await read(account);
    expect(first.keys.map(({ algorithm }) => algorithm)).toEqual(["ES384", "RS256"]);
    await keep(89);
    expect(await read(account)).toEqual(first);
    const old = await signing(89);
    await keep(90);
    expect((await read(account)).keys).toHaveLength(4);
    expect(await signing(90.9)).toBe(old);
    expect(await signing(91)).not.toBe(old);
    await keep(92.9);
    expect((await read(account)).keys.map(({ kid }) => kid)).toContain(old);
    await keep(93);
    expect((await read(account)).keys.map(({ kid }) => kid)).not.toContain(old);
    await keep(94, { rotate: true });
    expect((await read(account)).keys).toHaveLength(4);
  });

  it("stay in their key service when keys are maintained without naming it", async () => {
    const managementAccount = "400000000000";
    const start = Date.parse("2026-01-01T00:00:00Z");
    const publicJwk = { kty: "RSA", n: "AQAB", e: "AQAB" };
    const remote = { ES384: { keyId: "ec", publicJwk }, RS256: { keyId: "rsa", publicJwk } };
    const keep = (days: number, remote = {}) =>
      maintainSigningKeys({
        store: here.store(),
        sealer: memoryKeyRing(),
        managementAccount,
        now: new Date(start + days * DAY),
        remote,
      });
    await keep(0, remote);
    const first = await read(managementAccount);
    expect(first.keys.map(({ secret }) => secret.kind)).toEqual(["remote", "remote"]);
    await keep(200);
    await keep(201, remote);
    expect(await read(managementAccount)).toEqual(first);
    await keep(202, { ...remote, RS256: { keyId: "another", publicJwk } });
    expect((await read(managementAccount)).keys.at(-1)?.secret).toEqual({
      kind: "remote",
      keyId: "another",
    });
  });

  it("verify what they signed and nothing else", async () => {
    const user = await here.user("gil", allow("sts:GetWebIdentityToken"));
    const keys = await read(ACCOUNT);
    const { token } = await getToken(user);
    const expected = { issuer: here.url(), audience: "orders", now: new Date() };
    const verify = (text: string, over = {}) =>
      verifyOwnToken(text, keys, { ...expected, ...over });
    expect((await verify(token)).ok).toBe(true);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const hmac = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: "HS256", kid: decodeProtectedHeader(token).kid ?? "" })
      .sign(Buffer.from(JSON.stringify(keys.keys[0]?.publicJwk)));
    const altered = b64({ ...decodeJwt(token), sub: `arn:aws:iam::${ACCOUNT}:root` });
    const bad: [string, object?][] = [
      [`${header}.${altered}.${signature}`],
      [`${b64({ alg: "none" })}.${payload}.`],
      [hmac],
      [token.slice(0, -2)],
      ["x"],
      [token, { audience: "others" }],
      [token, { issuer: "https://elsewhere.example" }],
      [token, { now: new Date(Date.now() + 301_000) }],
    ];
    for (const [text, over] of bad) expect((await verify(text, over)).ok, text).toBe(false);
    expect((await verifyOwnToken(token, undefined, expected)).ok).toBe(false);
    expect((await verifyOwnToken(token, { keys: [] }, expected)).ok).toBe(false);
  });
});
