import { verifyDpopProof } from "@portcullis/iam/login/dpop-proof";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestInstallation } from "../../support/harness.ts";
import { CLIENT_ID } from "../../support/login-client.ts";
import { stopFaultless } from "../../support/stop-faultless.ts";
import { expectRefused, logins, startWithAlice } from "./login.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startWithAlice();
});
afterAll(() => stopFaultless(installation));

const { asked, client, lastReason, loggedIn } = logins(() => installation);

describe("DPoP", () => {
  it("binds refresh tokens to the key of the application", async () => {
    const { first } = await loggedIn();
    const thief = await client();
    expectRefused(await thief.refresh(first.body.refreshToken));
    expect(lastReason()).toBe("INVALID_REQUEST: the refresh token is invalid, or another client's");
  });

  it("proofs are good once, also at the same time", async () => {
    const { application, first } = await loggedIn();
    const proof = await application.proof();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => application.refresh(first.body.refreshToken, { proof })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(lastReason()).toBe("INVALID_REQUEST: the DPoP proof was used before");
  });

  it("proofs must be signed now, for this request, by the key that they show", async () => {
    const { application, first } = await loggedIn();
    const { controlUrl } = installation.local;
    const now = Math.floor(Date.now() / 1000);
    const other = await generateKeyPair("ES256", { extractable: true });
    const rsa = await generateKeyPair("RS256", { extractable: true });
    const privateJwk = await exportJWK(other.privateKey);
    const rsaProof = await new SignJWT({
      jti: "0123456789abcdef",
      htm: "POST",
      htu: `${controlUrl}/v1/token`,
      iat: now,
    })
      .setProtectedHeader({
        alg: "RS256",
        typ: "dpop+jwt",
        jwk: await exportJWK(rsa.publicKey),
      })
      .sign(rsa.privateKey);
    const [header = "", payload = "", signature = ""] = (await application.proof()).split(".");
    const unsigned = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(header, "base64url").toString()), alg: "none" }),
    ).toString("base64url");
    const proofs: readonly (string | undefined)[] = [
      undefined,
      "",
      "a.b.c",
      "a".repeat(5000),
      rsaProof,
      `${unsigned}.${payload}.`,
      `${unsigned}.${payload}.${signature}`,
      `${header}.${payload}.${"A".repeat(86)}`,
      await application.proof({ claims: { htm: "GET" } }),
      await application.proof({ claims: { htu: "https://evil.example/v1/token" } }),
      await application.proof({ claims: { htu: `${controlUrl}/v1/authorize` } }),
      await application.proof({ claims: { htu: 1 } }),
      await application.proof({ claims: { iat: now - 400 } }),
      await application.proof({ claims: { iat: now + 400 } }),
      await application.proof({ claims: { iat: undefined } }),
      await application.proof({ claims: { jti: undefined } }),
      await application.proof({ claims: { jti: "short" } }),
      await application.proof({ header: { typ: "JWT" } }),
      await application.proof({ header: { jwk: await exportJWK(other.publicKey) } }),
      await application.proof({ header: { jwk: privateJwk } }),
      await application.proof({ header: { jwk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } } }),
      await application.proof({ header: { jwk: { kty: "oct", k: "AAAA" } as object } }),
      await application.proof({ header: { jwk: undefined as never } }),
    ];
    for (const proof of proofs)
      expectRefused(await application.refresh(first.body.refreshToken, { proof }));
    expect((await application.refresh(first.body.refreshToken)).status).toBe(200);
  });

  it("proofs with parts of a second are remembered until a whole one", async () => {
    const application = await client();
    const iat = Math.floor(Date.now() / 1000) + 0.25;
    const url = `${installation.local.controlUrl}/v1/token`;
    const proof = await application.proof({ claims: { iat } });
    expect(await verifyDpopProof(proof, { method: "POST", url, now: new Date() })).toMatchObject({
      forgottenAt: Math.ceil(iat) + 600,
    });
  });

  it("proofs for one path of the token endpoint are not good for its other path", async () => {
    const { application, first } = await loggedIn();
    const path = "/signin/v1/token";
    expectRefused(await application.refresh(first.body.refreshToken, { path }));
    const proof = await application.proof({
      claims: { htu: `${installation.local.controlUrl}${path}` },
    });
    const answer = await application.refresh(first.body.refreshToken, { path, proof });
    expect(answer.status).toBe(200);
  });
});

describe("the token endpoint", () => {
  it("answers applications only: no web page, no form, no other method, no foreign host", async () => {
    const { application, code } = await asked();
    const origins = ["https://evil.example", installation.local.controlUrl, "null"];
    for (const origin of origins) {
      const answer = await application.redeem(code, { headers: { origin } });
      expect(answer.status).toBe(403);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expectRefused(
      await application.redeem(code, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
      }),
    );
    const url = `${installation.local.controlUrl}/v1/token`;
    expect((await fetch(url)).status).toBe(405);
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(403);
    expect((await application.redeem(code)).status).toBe(200);
  });

  it("refuses malformed and oversized bodies without a fault", async () => {
    const { application, code } = await asked();
    for (const body of [
      [],
      { grantType: "refresh_token" },
      { clientId: CLIENT_ID, grantType: "refresh_token", refreshToken: "a".repeat(5000) },
      { clientId: CLIENT_ID, grantType: "refresh_token", refreshToken: { a: 1 } },
      { clientId: "a".repeat(20_000), grantType: "refresh_token", refreshToken: "a" },
      { clientId: CLIENT_ID, grantType: "refresh_token", refreshToken: "\u0000\ud800" },
    ])
      expectRefused(await application.token(body));
    expect((await application.redeem(code)).status).toBe(200);
    expect(installation.decisions.filter(({ outcome }) => outcome === "error")).toEqual([]);
  });
});
