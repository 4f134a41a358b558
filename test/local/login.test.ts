import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromLoginCredentials } from "@aws-sdk/credential-provider-login";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import {
  CLIENT_ID,
  createLoginClient,
  credentialsIn,
  REDIRECT_URI,
} from "../support/login-client.ts";
import { enableDevice } from "../support/mfa-code.ts";
import { allow, deny } from "../support/people.ts";
import { passwordUser, signInAs, signInAsRoot } from "../support/sign-in.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

/** A login of alice's, as far as the first credentials. */
async function login(sessionOf = signInAs(installation, "alice")) {
  const application = await client();
  const location = await application.authorize(await sessionOf);
  const first = await application.redeem(location.searchParams.get("code") ?? "");
  return { application, location, first };
}

describe("the login of an application", () => {
  it("sends the browser to the console with the request", async () => {
    const { challenge, state } = await client();
    const url = new URL(`${installation.local.controlUrl}/v1/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: "SHA-256",
      scope: "openid",
      state,
    }).toString();
    const answer = await fetch(url, { redirect: "manual" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    const location = new URL(answer.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe(
      `${installation.local.controlUrl}/console/authorize`,
    );
    expect(Object.fromEntries(location.searchParams)).toEqual({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: "S256",
      state,
    });
  });

  it("gives a code to the application, and credentials of the user for it", async () => {
    const { application, location, first } = await login();
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect([...location.searchParams.keys()]).toEqual(["code", "state"]);
    expect(location.searchParams.get("state")).toBe(application.state);
    expect(first.status).toBe(200);
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect(first.body).toMatchObject({ tokenType: "aws_sigv4", expiresIn: 900 });
    const arn = `arn:aws:iam::${installation.account}:user/alice`;
    const identity = await installation
      .stsAs(credentialsIn(first))
      .send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(arn);
    expect((await installation.call(credentialsIn(first), "GET", "/orders")).status).toBe(200);
    expect((await installation.call(credentialsIn(first), "GET", "/orders/1")).status).toBe(403);
    expect(decodeJwt(first.body.idToken)).toMatchObject({
      sub: arn,
      aud: CLIENT_ID,
      iss: installation.local.controlUrl,
    });
    expect(decodeProtectedHeader(first.body.idToken).alg).toBe("HS256");
  });

  it("refreshes until the sign-in ends after 12 hours, and not longer", async () => {
    const { application, first } = await login();
    travel(16 * MINUTE);
    const old = await installation.call(credentialsIn(first), "GET", "/orders");
    expect(old.status).toBe(401);
    const second = await application.refresh(first.body.refreshToken);
    expect(second.status).toBe(200);
    expect(second.body.idToken).toBeUndefined();
    expect((await installation.call(credentialsIn(second), "GET", "/orders")).status).toBe(200);
    // An earlier refresh token stays good, as AWS's do: an answer may have been lost.
    expect((await application.refresh(first.body.refreshToken)).status).toBe(200);

    travel(11 * HOUR + 39 * MINUTE);
    const last = await application.refresh(second.body.refreshToken);
    expect(last.status).toBe(200);
    expect(last.body.expiresIn).toBeGreaterThan(0);
    expect(last.body.expiresIn).toBeLessThanOrEqual(5 * 60);

    travel(6 * MINUTE);
    const over = await application.refresh(last.body.refreshToken);
    expect(over.status).toBe(401);
    expect(over.headers.get("x-amzn-errortype")).toBe("AccessDeniedException");
    expect(over.body).toEqual({ error: "TOKEN_EXPIRED", message: "The session has expired." });
  });

  it("ends a root user's login after its one hour", async () => {
    const { application, first } = await login(signInAsRoot(installation));
    expect(decodeJwt(first.body.idToken).sub).toBe(`arn:aws:iam::${installation.account}:root`);
    travel(50 * MINUTE);
    const second = await application.refresh(first.body.refreshToken);
    expect(second.body.expiresIn).toBeLessThanOrEqual(10 * 60);
    travel(11 * MINUTE);
    const over = await application.refresh(second.body.refreshToken);
    expect(over.body.error).toBe("TOKEN_EXPIRED");
  });

  it("gives no longer life to a login that a login has authorized", async () => {
    const { first } = await login();
    const { application, first: nested } = await login(Promise.resolve(credentialsIn(first)));
    travel(15 * MINUTE);
    expect((await application.refresh(nested.body.refreshToken)).body.error).toBe("TOKEN_EXPIRED");
  });

  it("keeps the time of the sign-in and of its MFA code in every refresh", async () => {
    await passwordUser(
      installation,
      "mia",
      { ...allow("orders:*"), Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
      {
        ...deny("orders:*"),
        Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": "3600" } },
      },
    );
    const device = await enableDevice(installation.iam, "mia", "mia");
    const { application, first } = await login(signInAs(installation, "mia", device.code()));
    expect((await installation.call(credentialsIn(first), "GET", "/orders")).status).toBe(200);
    travel(HOUR + MINUTE);
    const second = await application.refresh(first.body.refreshToken);
    expect(second.status).toBe(200);
    expect((await installation.call(credentialsIn(second), "GET", "/orders")).status).toBe(403);
  });

  it("is refreshed by the SDK's own provider, from AWS's own cache file", async () => {
    const { application, first } = await login();
    const directory = mkdtempSync(join(tmpdir(), "login-"));
    const loginSession = `arn:aws:iam::${installation.account}:user/alice`;
    writeFileSync(join(directory, "config"), `[profile it]\nlogin_session = ${loginSession}\n`);
    writeFileSync(join(directory, "credentials"), "");
    const name = createHash("sha256").update(loginSession).digest("hex");
    const file = join(directory, `${name}.json`);
    const expired = {
      accessToken: {
        ...first.body.accessToken,
        accountId: installation.account,
        expiresAt: new Date(Date.now() - MINUTE).toISOString(),
      },
      tokenType: first.body.tokenType,
      clientId: CLIENT_ID,
      refreshToken: first.body.refreshToken,
      dpopKey: application.privateKeyPem,
    };
    writeFileSync(file, JSON.stringify(expired));
    vi.stubEnv("AWS_LOGIN_CACHE_DIRECTORY", directory);
    try {
      for (const path of ["", "/signin"]) {
        const sts = new STSClient({
          endpoint: installation.local.controlUrl,
          region: "us-east-1",
          credentials: fromLoginCredentials({
            profile: "it",
            configFilepath: join(directory, "config"),
            filepath: join(directory, "credentials"),
            clientConfig: {
              region: "us-east-1",
              endpoint: `${installation.local.controlUrl}${path}`,
            },
          }),
        });
        expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(loginSession);
        sts.destroy();
        const kept = JSON.parse(readFileSync(file, "utf8"));
        expect(Date.parse(kept.accessToken.expiresAt)).toBeGreaterThan(Date.now() + 14 * MINUTE);
        writeFileSync(
          file,
          JSON.stringify({ ...kept, accessToken: { ...kept.accessToken, ...EXPIRED } }),
        );
      }
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("lets the SDK's provider say why it can't refresh", async () => {
    await passwordUser(installation, "paul");
    const { application, first } = await login(signInAs(installation, "paul"));
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "paul", Password: "another pAssword 2!" }),
    );
    const directory = mkdtempSync(join(tmpdir(), "login-"));
    writeFileSync(join(directory, "config"), "[profile it]\nlogin_session = paul\n");
    writeFileSync(join(directory, "credentials"), "");
    const name = createHash("sha256").update("paul").digest("hex");
    writeFileSync(
      join(directory, `${name}.json`),
      JSON.stringify({
        accessToken: { ...first.body.accessToken, accountId: installation.account, ...EXPIRED },
        clientId: CLIENT_ID,
        refreshToken: first.body.refreshToken,
        dpopKey: application.privateKeyPem,
      }),
    );
    vi.stubEnv("AWS_LOGIN_CACHE_DIRECTORY", directory);
    try {
      const provider = fromLoginCredentials({
        profile: "it",
        configFilepath: join(directory, "config"),
        filepath: join(directory, "credentials"),
        clientConfig: { region: "us-east-1", endpoint: installation.local.controlUrl },
      });
      await expect(provider()).rejects.toThrow(
        "Unable to refresh credentials because of a change in your password.",
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("leaves an audit event of the grant and of each exchange, without a secret", async () => {
    const { application, location, first } = await login();
    await application.refresh(first.body.refreshToken);
    await application.redeem(location.searchParams.get("code") ?? "");
    const cloudtrail = new CloudTrailClient({
      endpoint: installation.local.controlUrl,
      region: "us-east-1",
      credentials: installation.root,
    });
    const texts = await eventually(async () => {
      const found: string[] = [];
      for (const name of ["AuthorizeOAuth2Access", "CreateOAuth2Token"]) {
        const { Events = [] } = await cloudtrail.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: name }],
          }),
        );
        found.push(...Events.map(({ CloudTrailEvent = "" }) => CloudTrailEvent));
      }
      const isComplete = found.some((text) => text.includes('"errorCode":"INVALID_REQUEST"'));
      return isComplete ? found : undefined;
    });
    cloudtrail.destroy();
    const authorized = texts.map((text) => JSON.parse(text));
    expect(authorized.find(({ eventName }) => eventName === "AuthorizeOAuth2Access")).toMatchObject(
      {
        requestParameters: { clientId: CLIENT_ID, redirectUri: REDIRECT_URI },
        userIdentity: { type: "IAMUser" },
      },
    );
    expect(authorized.find(({ eventName }) => eventName === "CreateOAuth2Token")).toMatchObject({
      eventSource: "signin.amazonaws.com",
      userIdentity: { accountId: installation.account },
    });
    const logged = JSON.stringify(installation.decisions);
    for (const secret of [
      location.searchParams.get("code") ?? "?",
      application.state,
      application.challenge,
      application.verifier,
      first.body.refreshToken,
      first.body.accessToken.sessionToken,
      first.body.accessToken.secretAccessKey,
    ]) {
      expect(logged).not.toContain(secret);
      for (const text of texts) expect(text).not.toContain(secret);
    }
  });
});

const EXPIRED = { expiresAt: new Date(0).toISOString() };
