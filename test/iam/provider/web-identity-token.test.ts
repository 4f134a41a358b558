import {
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
} from "@aws-sdk/client-sts";
import { accountOfAccessKeyId } from "@portcullis/iam";
import { verifyOwnToken } from "@portcullis/iam/federation/own-token";
import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { openSession } from "@portcullis/iam/session-token";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  rootOf,
  stsInstallation,
  type TestCredentials,
  trust,
} from "../../support/sts-installation.ts";

const here = stsInstallation();
const NAMESPACE = "https://sts.amazonaws.com/";

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
const enable = () => here.iam().send(new EnableOutboundWebIdentityFederationCommand({}));
const disable = () => here.iam().send(new DisableOutboundWebIdentityFederationCommand({}));
const published = async () => {
  const document = await (await fetch(`${here.url()}/.well-known/openid-configuration`)).json();
  return document as {
    issuer: string;
    jwks_uri: string;
    id_token_signing_alg_values_supported: string[];
  };
};

describe("GetWebIdentityToken", () => {
  it("only where the account has enabled it", async () => {
    const user = await here.user("ann", allow("sts:GetWebIdentityToken"));
    expect(await refusal(getToken(user))).toMatchObject({
      code: "OutboundWebIdentityFederationDisabledException",
      status: 403,
    });
    const { IssuerIdentifier } = await enable();
    expect(IssuerIdentifier).toBe(here.url());
    await getToken(user);
    await disable();
    expect((await refusal(getToken(user))).code).toBe(
      "OutboundWebIdentityFederationDisabledException",
    );
    await enable();
  });

  it("is signed by a published key, and names its creator", async () => {
    const user = await here.user(
      "bob",
      allow(["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]),
    );
    const document = await published();
    expect(document.issuer).toBe(here.url());
    const keys = createRemoteJWKSet(new URL(document.jwks_uri));
    for (const SigningAlgorithm of document.id_token_signing_alg_values_supported) {
      const { token, expiration } = await getToken(user, {
        SigningAlgorithm,
        Audience: ["orders", "others"],
        Tags: [
          { Key: "job", Value: "7" },
          { Key: "__proto__", Value: "x" },
        ],
      });
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer: document.issuer,
        audience: "others",
      });
      expect(protectedHeader).toMatchObject({ alg: SigningAlgorithm, typ: "JWT" });
      expect(payload).toMatchObject({
        sub: `arn:aws:iam::${ACCOUNT}:user/bob`,
        aud: ["orders", "others"],
      });
      expect(payload.exp).toBe((payload.iat ?? 0) + 300);
      expect(expiration?.getTime()).toBe((payload.exp ?? 0) * 1000);
      expect(payload[NAMESPACE]).toMatchObject({
        aws_account: ACCOUNT,
        principal_id: `arn:aws:iam::${ACCOUNT}:user/bob`,
        source_region: "us-east-1",
        request_tags: { job: "7" },
      });
    }
    const tokens = await Promise.all([getToken(user), getToken(user)]);
    expect(new Set(tokens.map(({ token }) => decodeJwt(token).jti)).size).toBe(2);
  });

  it("a role session's token names the role, stands for the session, and does not outlive it", async () => {
    const user = await here.user("cid", allow("sts:AssumeRole"));
    const role = await here.role("minting", trust(rootOf(ACCOUNT)), { document: allow("*") });
    const policy = JSON.stringify(allow(["sts:GetWebIdentityToken", "orders:ListOrders"]));
    const { Credentials } = await here.sts(user).send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: "s1",
        DurationSeconds: 900,
        Policy: policy,
      }),
    );
    const session = credentialsOf(Credentials);
    expect((await refusal(getToken(session, { DurationSeconds: 3600 }))).code).toBe(
      "SessionDurationEscalationException",
    );
    const { token } = await getToken(session);
    const payload = decodeJwt(token);
    expect(payload.sub).toBe(role);
    expect(payload[NAMESPACE]).toMatchObject({
      original_session_exp: Credentials?.Expiration?.toISOString().replace(".000Z", "Z"),
    });
    const [stored] = await here.store().get([signingKeysKey(ACCOUNT)]);
    const verified = await verifyOwnToken(token, stored?.data as SigningKeysRecord, {
      issuer: here.url(),
      audience: "orders",
      now: new Date(),
    });
    if (!verified.ok) throw new Error(verified.reason);
    expect(accountOfAccessKeyId(verified.session.accessKeyId)).toBe(ACCOUNT);
    expect(
      verified.session.sessionToken.startsWith(Buffer.from("role/minting").toString("base64url")),
    ).toBe(true);
    // Nobody but the installation can open what the token holds.
    expect(() =>
      openSession(memoryKeyRing(), verified.session.sessionToken, verified.session.accessKeyId),
    ).toThrow();
    expect(JSON.stringify(payload)).not.toContain("ListOrders");
  });

  it("conditions on audience, duration and algorithm; who may not ask", async () => {
    const strict = await here.user(
      "dot",
      allow("sts:GetWebIdentityToken", `arn:aws:sts::${ACCOUNT}:self`, {
        "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": ["orders"] },
        NumericLessThanEquals: { "sts:DurationSeconds": "300" },
        StringEquals: { "sts:SigningAlgorithm": "ES384" },
      }),
    );
    await getToken(strict);
    for (const input of [
      { Audience: ["orders", "x"] },
      { DurationSeconds: 301 },
      { SigningAlgorithm: "RS256" },
    ]) {
      expect((await refusal(getToken(strict, input))).message, JSON.stringify(input)).toContain(
        "is not authorized to perform: sts:GetWebIdentityToken",
      );
    }
    expect(
      (await refusal(getToken(strict, { Tags: [{ Key: "a", Value: "b" }] }))).message,
    ).toContain("sts:TagGetWebIdentityToken");
    const plain = await here.user("eli");
    expect((await refusal(getToken(plain))).code).toBe("AccessDenied");
    const mfaLess = credentialsOf(
      (await here.sts(strict).send(new GetSessionTokenCommand({}))).Credentials,
    );
    await getToken(mfaLess);
  });

  it("refuses bad input and a token too long for a header", async () => {
    const user = await here.user(
      "fay",
      allow(["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]),
    );
    const bad: Partial<GetWebIdentityTokenCommandInput>[] = [
      { SigningAlgorithm: "none" },
      { SigningAlgorithm: "HS256" },
      { Audience: [] },
      { Audience: Array.from({ length: 11 }, (_, index) => `a${index}`) },
      { DurationSeconds: 59 },
      { DurationSeconds: 3601 },
    ];
    for (const input of bad)
      expect((await refusal(getToken(user, input))).code, JSON.stringify(input)).toBe(
        "ValidationError",
      );
    const Tags = Array.from({ length: 50 }, (_, index) => ({
      Key: `key${index}`,
      Value: "v".repeat(250),
    }));
    expect((await refusal(getToken(user, { Tags }))).code).toBe("JWTPayloadSizeExceededException");
  });
});
