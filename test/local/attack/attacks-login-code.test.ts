import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { TestInstallation } from "../../support/harness.ts";
import { CLIENT_ID, REDIRECT_URI } from "../../support/login-client.ts";
import { signInAs } from "../../support/sign-in.ts";
import { stopFaultless } from "../../support/stop-faultless.ts";
import { expectRefused, logins, startWithAlice, travel } from "./login.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startWithAlice();
});
afterAll(() => stopFaultless(installation));
afterEach(() => vi.useRealTimers());

const { asked, client, lastReason, loggedIn } = logins(() => installation);

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
