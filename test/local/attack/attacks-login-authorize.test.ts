import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestInstallation } from "../../support/harness.ts";
import { CLIENT_ID, REDIRECT_URI } from "../../support/login-client.ts";
import { allow, session, user } from "../../support/people.ts";
import { passwordUser, signIn, signInAs } from "../../support/sign-in.ts";
import { stopFaultless } from "../../support/stop-faultless.ts";
import { logins, startWithAlice } from "./login.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startWithAlice();
});
afterAll(() => stopFaultless(installation));

const { client } = logins(() => installation);

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
