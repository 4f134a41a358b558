import { randomBytes } from "node:crypto";
import {
  AttachUserPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { CloseAccountCommand } from "@aws-sdk/client-organizations";
import { verifyDpopProof } from "@portcullis/iam/login/dpop-proof";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import {
  CLIENT_ID,
  createLoginClient,
  credentialsIn,
  type LoginClient,
  REDIRECT_URI,
  type TokenResponse,
} from "../../support/login-client.ts";
import { allow, deny, session, user } from "../../support/people.ts";
import { PASSWORD, passwordUser, signIn, signInAs } from "../../support/sign-in.ts";
import { openOrganization } from "../../support/tenant.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
  await passwordUser(installation, "alice", allow("orders:ListOrders"));
});
afterAll(() => installation.stop());
afterEach(() => vi.useRealTimers());

const client = () => createLoginClient(installation.local.controlUrl);
const travel = (milliseconds: number) =>
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });

/** An application, and the code that alice's browser brings it. */
async function asked(userName = "alice"): Promise<{ application: LoginClient; code: string }> {
  const application = await client();
  const location = await application.authorize(await signInAs(installation, userName));
  return { application, code: location.searchParams.get("code") ?? "" };
}

async function loggedIn(userName = "alice") {
  const { application, code } = await asked(userName);
  const first = await application.redeem(code);
  expect(first.status).toBe(200);
  return { application, code, first };
}

/** AWS's, by its model of the service `signin`. */
const STATUS: Readonly<Record<string, number>> = {
  AUTHCODE_EXPIRED: 401,
  INVALID_REQUEST: 400,
  TOKEN_EXPIRED: 401,
  USER_CREDENTIALS_CHANGED: 403,
};

function expectRefused(answer: TokenResponse, error = "INVALID_REQUEST"): void {
  expect(answer.status).toBe(STATUS[error]);
  expect(answer.headers.get("x-amzn-errortype")).toBe(
    error === "INVALID_REQUEST" ? "ValidationException" : "AccessDeniedException",
  );
  expect(answer.body.error).toBe(error);
  expect(Object.keys(answer.body)).toEqual(["error", "message"]);
}

const lastReason = () => installation.decisions.at(-1)?.reason;

describe("authorization codes", () => {
  it("are good once; used again by their client, they end the login", async () => {
    const { application, code, first } = await loggedIn();
    expect((await application.refresh(first.body.refreshToken)).status).toBe(200);
    expectRefused(await application.redeem(code));
    expect(lastReason()).toBe("INVALID_REQUEST: the authorization code was used before");
    expectRefused(await application.refresh(first.body.refreshToken), "TOKEN_EXPIRED");
  });

  it("are good once, however many requests bring them at the same time", async () => {
    const { application, code } = await asked();
    const answers = await Promise.all(Array.from({ length: 8 }, () => application.redeem(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("are good for a minute", async () => {
    const { application, code } = await asked();
    travel(61_000);
    expectRefused(await application.redeem(code), "AUTHCODE_EXPIRED");
  });

  it("end with the sign-in that granted them", async () => {
    const credentials = await signInAs(installation, "alice");
    const application = await client();
    travel(12 * 3_600_000 - 20_000);
    const location = await application.authorize(credentials);
    travel(30_000);
    const answer = await application.redeem(location.searchParams.get("code") ?? "");
    expectRefused(answer, "AUTHCODE_EXPIRED");
  });

  it("are of no use without the verifier that their challenge came from", async () => {
    const { application, code } = await asked();
    const thief = await client();
    expectRefused(await thief.redeem(code));
    const right = {
      clientId: CLIENT_ID,
      grantType: "authorization_code",
      code,
      redirectUri: REDIRECT_URI,
      codeVerifier: application.verifier,
    };
    for (const wrong of [
      { codeVerifier: application.challenge },
      { codeVerifier: undefined },
      { codeVerifier: "" },
      { codeVerifier: "short" },
      { codeVerifier: [application.verifier] },
      { redirectUri: "http://127.0.0.1:51235/oauth/callback" },
      { redirectUri: `${REDIRECT_URI}/` },
      { redirectUri: undefined },
      { clientId: "arn:aws:signin:::devtools/cross-device" },
      { clientId: undefined },
      { grantType: "client_credentials" },
      { grantType: "__proto__" },
    ])
      expectRefused(await application.token({ ...right, ...wrong }));
    // A thief's attempts neither use the code up nor end the login.
    expect((await application.redeem(code)).status).toBe(200);
  });

  it("of another person's browser are of no use to an application (code injection)", async () => {
    const { code } = await asked();
    const victim = await client();
    expectRefused(await victim.redeem(code));
  });

  it("can't be altered, exchanged for one another, or used as a session", async () => {
    const { application, code } = await asked();
    const { first } = await loggedIn();
    for (const wrong of [
      `${code.slice(0, -2)}${code.endsWith("AA") ? "BB" : "AA"}`,
      code.slice(0, -4),
      `${code}=`,
      "A",
      randomBytes(200).toString("base64url"),
      first.body.refreshToken,
      first.body.accessToken.sessionToken,
    ])
      expectRefused(await application.redeem(wrong));
    expectRefused(await application.refresh(code));
    expectRefused(await application.refresh(first.body.accessToken.sessionToken));
    const answer = await installation.call(undefined, "GET", "/orders", {
      headers: { authorization: `Bearer ${first.body.idToken}` },
    });
    expect(answer.status).toBe(401);
  });
});

describe("the redirect", () => {
  const ELSEWHERE = [
    "https://127.0.0.1:51234/oauth/callback",
    "http://localhost:51234/oauth/callback",
    "http://127.0.0.1.evil.example/oauth/callback",
    "http://127.0.0.1:51234@evil.example/",
    "http://127.0.0.1\\@evil.example/",
    "http://evil.example/#http://127.0.0.1:51234/",
    "http://2130706433/oauth/callback",
    "http://0x7f000001/oauth/callback",
    "http://127.1/oauth/callback",
    "http://127.0.0.2/oauth/callback",
    "http://0.0.0.0:51234/oauth/callback",
    "http://[::ffff:127.0.0.1]:51234/oauth/callback",
    "http://127.0.0.1:51234/oauth/callback?next=http://evil.example",
    "http://127.0.0.1:51234/oauth/callback#",
    "http://127.0.0.1:51234/oauth/../callback",
    // A server of another application on this machine may pass on what it gets.
    "http://127.0.0.1:51234/",
    "http://127.0.0.1:51234/login/redirect",
    "http://127.0.0.1:51234/oauth/callback/",
    "http://127.0.0.1:51234/oauth/callback;x",
    " http://127.0.0.1:51234/oauth/callback",
    "HTTP://127.0.0.1:51234/oauth/callback",
    "//127.0.0.1:51234/",
    "javascript:alert(1)//127.0.0.1",
    "http:/127.0.0.1:51234/",
    "",
  ];

  it("leads to the callback of a literal loopback address only, on any port", async () => {
    const credentials = await signInAs(installation, "alice");
    const application = await client();
    for (const uri of ELSEWHERE)
      await expect(application.authorize(credentials, { RedirectUri: uri })).rejects.toMatchObject({
        name: "ValidationException",
      });
    for (const uri of ["http://127.0.0.1:1/oauth/callback", "http://[::1]:65535/oauth/callback"]) {
      const location = await application.authorize(credentials, { RedirectUri: uri });
      expect(location.href.startsWith(`${uri}?code=`)).toBe(true);
    }
  });

  it("is never followed by the sign-in service itself (open redirect)", async () => {
    const { challenge, state } = await client();
    const right = {
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: "S256",
      state,
    };
    const ask = (query: string, init?: RequestInit) =>
      fetch(`${installation.local.controlUrl}/v1/authorize?${query}`, {
        redirect: "manual",
        ...init,
      });
    const wrongs: Record<string, string>[] = [
      ...ELSEWHERE.map((redirect_uri) => ({ redirect_uri })),
      { response_type: "token" },
      { client_id: "evil" },
      { code_challenge_method: "plain" },
      { code_challenge: "short" },
      { code_challenge: `${challenge}=` },
      { state: "" },
      { state: "a\r\nset-cookie: b=c; aaaaaaaaa" },
    ];
    for (const wrong of wrongs) {
      const answer = await ask(new URLSearchParams({ ...right, ...wrong }).toString());
      expect(answer.status, JSON.stringify(wrong)).toBe(400);
      expect(answer.headers.get("location")).toBeNull();
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    }
    const query = new URLSearchParams(right).toString();
    expect((await ask(`${query}&redirect_uri=http://evil.example`)).status).toBe(400);
    expect((await ask(query, { method: "POST" })).status).toBe(405);
    const location = (await ask(query)).headers.get("location") ?? "";
    expect(new URL(location).origin).toBe(installation.local.controlUrl);
  });

  it("needs PKCE with SHA-256, and a state", async () => {
    const credentials = await signInAs(installation, "alice");
    const application = await client();
    for (const wrong of [
      { CodeChallengeMethod: "plain" },
      { CodeChallengeMethod: "s256" },
      { CodeChallenge: application.verifier },
      { CodeChallenge: "a".repeat(42) },
      { State: "short" },
      { State: "not visible \u0001 aaaaaaaaaaaaaaa" },
      { ClientId: "arn:aws:signin:::devtools/cross-device" },
    ])
      await expect(application.authorize(credentials, wrong)).rejects.toMatchObject({
        name: "ValidationException",
      });
  });
});

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

describe("a login ends", () => {
  it("with a change of the password, even to the same one", async () => {
    await passwordUser(installation, "bob");
    const { application, first } = await loggedIn("bob");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "bob", Password: "another good pAssword 2!" }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "bob", Password: "a good pAssword 1!" }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("between the grant and its exchange, too", async () => {
    await passwordUser(installation, "carl");
    const { application, code } = await asked("carl");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "carl", Password: "another good pAssword 2!" }),
    );
    expectRefused(await application.redeem(code), "USER_CREDENTIALS_CHANGED");
  });

  it("when a password change is demanded, and with the password", async () => {
    await passwordUser(installation, "dora");
    const { application, first } = await loggedIn("dora");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "dora", PasswordResetRequired: true }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await installation.iam.send(new DeleteLoginProfileCommand({ UserName: "dora" }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("with its user, whom nobody of the same name replaces", async () => {
    await passwordUser(installation, "emil");
    const { application, first } = await loggedIn("emil");
    await installation.iam.send(new DeleteLoginProfileCommand({ UserName: "emil" }));
    await installation.iam.send(
      new DeleteUserPolicyCommand({ UserName: "emil", PolicyName: "own" }),
    );
    await installation.iam.send(new DeleteUserCommand({ UserName: "emil" }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await passwordUser(installation, "emil");
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    const answer = await installation.call(credentialsIn(first), "GET", "/orders");
    expect(answer.status).toBe(401);
  });

  it("with its account", async () => {
    const organization = await openOrganization(installation);
    const tenant = await organization.open("tenant");
    const iam = installation.iamAs(tenant.admin);
    await passwordUser({ ...installation, iam }, "tina", allow("orders:*"));
    const application = await client();
    const credentials = await signIn(installation, {
      account: tenant.id,
      userName: "tina",
      password: PASSWORD,
    });
    const location = await application.authorize(credentials);
    const first = await application.redeem(location.searchParams.get("code") ?? "");
    expect((await application.refresh(first.body.refreshToken)).status).toBe(200);
    await installation.organizations.send(new CloseAccountCommand({ AccountId: tenant.id }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("for what a policy denies to sessions of before", async () => {
    await passwordUser(installation, "fred", allow("orders:*"));
    const { application, first } = await loggedIn("fred");
    expect((await installation.call(credentialsIn(first), "GET", "/orders")).status).toBe(200);
    travel(5_000);
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "fred",
        PolicyName: "revoke",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            ...deny("*"),
            Condition: { DateLessThan: { "aws:TokenIssueTime": new Date().toISOString() } },
          },
        }),
      }),
    );
    travel(60_000);
    const second = await application.refresh(first.body.refreshToken);
    expect(second.status).toBe(200);
    expect((await installation.call(credentialsIn(second), "GET", "/orders")).status).toBe(403);
  });
});

describe("who may authorize an application", () => {
  it("is a person who has signed in: no access key, no role, no change of a password", async () => {
    const application = await client();
    const key = await user(installation, "key-holder", allow("*"));
    const role = await session(installation, "any-role", key, allow("*"));
    for (const credentials of [key, role, installation.root])
      await expect(application.authorize(credentials)).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: "Only a session of a sign-in can authorize an application.",
      });
    await passwordUser(installation, "gina");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "gina", PasswordResetRequired: true }),
    );
    const changing = await signInAs(installation, "gina");
    await expect(application.authorize(changing)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  it("needs AWS's permission for it", async () => {
    await passwordUser(installation, "hans");
    await installation.iam.send(
      new DeleteUserPolicyCommand({ UserName: "hans", PolicyName: "own" }),
    );
    const credentials = await signInAs(installation, "hans");
    const application = await client();
    await expect(application.authorize(credentials)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::${installation.account}:user/hans is not authorized to perform: signin:AuthorizeOAuth2Access on resource: arn:aws:signin:us-east-1:${installation.account}:oauth2/public-client/localhost because no identity-based policy allows the signin:AuthorizeOAuth2Access action`,
    });
    await installation.iam.send(
      new AttachUserPolicyCommand({
        UserName: "hans",
        PolicyArn: "arn:aws:iam::aws:policy/SignInLocalDevelopmentAccess",
      }),
    );
    expect((await application.authorize(credentials)).href).toContain(REDIRECT_URI);
  });

  it("is not whoever only asks: an unsigned or altered request grants nothing", async () => {
    const response = await fetch(`${installation.local.controlUrl}/portcullis`, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "Portcullis.AuthorizeOAuth2Access",
      },
      body: "{}",
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    await expect(
      signIn(installation, { userName: "alice", password: "wrong password" }),
    ).rejects.toThrow("401");
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
