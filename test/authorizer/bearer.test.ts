import { createHmac } from "node:crypto";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  EnableOutboundWebIdentityFederationCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetWebIdentityTokenCommand } from "@aws-sdk/client-sts";
import { createAuthorizer, type DecisionLine, requestOfV2 } from "@portcullis/authorizer";
import { createDirectory } from "@portcullis/functions";
import { memoryKeyWrapper } from "@portcullis/store";
import { slimReader } from "@portcullis/store/slim-reader";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IDENTITY_TABLE } from "../../packages/local/src/database.ts";
import { CREDENTIALS } from "../support/engine.ts";
import { eventOf } from "../support/gateway-event.ts";
import {
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { thumbprintOf } from "../support/identity-provider.ts";
import { CLIENT, type OidcIssuer, oidcIssuer } from "../support/oidc-issuer.ts";
import { allow, deny, document, session, user } from "../support/people.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.stop());

const bearer = (
  token: string,
  path = "/whoami",
  headers: Record<string, string> = {},
  url?: string,
) => {
  const base = url ?? installation.local.apiUrl;
  return send(base, "GET", path, {
    host: new URL(base).host,
    authorization: `Bearer ${token}`,
    ...headers,
  });
};
const UNAUTHORIZED = { status: 401, body: { message: "Unauthorized" } };

/** A token with parts changed and its signature left as it was. */
function forged(
  token: string,
  change: (header: object, claims: object) => readonly [object, object],
): string {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const parse = (part: string): object => JSON.parse(Buffer.from(part, "base64url").toString());
  const [newHeader, newClaims] = change(parse(header), parse(claims));
  const print = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${print(newHeader)}.${print(newClaims)}.${signature}`;
}

describe("a token of ours", () => {
  let ana: TestCredentials;
  let token: string;
  const tokenOf = async (who: TestCredentials, Audience = ["orders"]) => {
    const { WebIdentityToken } = await installation
      .stsAs(who)
      .send(new GetWebIdentityTokenCommand({ Audience, SigningAlgorithm: "ES384" }));
    return WebIdentityToken ?? "";
  };
  beforeAll(async () => {
    await installation.iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    ana = await user(
      installation,
      "ana",
      allow([
        "sts:GetWebIdentityToken",
        "sts:AssumeRole",
        "execute-api:Invoke",
        "orders:ListOrders",
      ]),
    );
    token = await tokenOf(ana);
  });

  it("grants what its creator's credentials grant, and takes one read", async () => {
    const answer = await bearer(token);
    expect(answer).toMatchObject({
      status: 200,
      body: { principalArn: `arn:aws:iam::${installation.account}:user/ana`, userName: "ana" },
    });
    expect((await bearer(token, "/orders")).status).toBe(200);
    expect(installation.decisions.at(-1)).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    expect((await bearer(token, "/orders/1")).status).toBe(403);
    expect((await bearer(token, "/prod/orders", {}, installation.local.restUrl)).status).toBe(200);
  });

  it("grants no more than the role session that created it", async () => {
    const temporary = await session(
      installation,
      "clerk",
      ana,
      allow(["sts:GetWebIdentityToken", "execute-api:*"]),
    );
    const answer = await bearer(await tokenOf(temporary));
    expect(answer.body).toMatchObject({
      principalType: "AssumedRole",
      roleName: "clerk",
      sessionName: "one",
    });
    expect((await bearer(await tokenOf(temporary), "/orders")).status).toBe(403);
  });

  it("feels a change of permissions at the next request, and ends with its key and its user", async () => {
    const bob = await user(
      installation,
      "bob",
      allow(["sts:GetWebIdentityToken", "execute-api:Invoke"]),
    );
    const his = await tokenOf(bob);
    expect((await bearer(his)).status).toBe(200);
    const key = { UserName: "bob", AccessKeyId: bob.accessKeyId };
    await installation.iam.send(new UpdateAccessKeyCommand({ ...key, Status: "Inactive" }));
    expect(await bearer(his)).toMatchObject(UNAUTHORIZED);
    await installation.iam.send(new UpdateAccessKeyCommand({ ...key, Status: "Active" }));
    expect((await bearer(his)).status).toBe(200);
    await installation.iam.send(
      new DeleteUserPolicyCommand({ UserName: "bob", PolicyName: "own" }),
    );
    expect((await bearer(his)).status).toBe(403);
    expect(
      (await installation.iam.send(new ListAccessKeysCommand({ UserName: "bob" })))
        .AccessKeyMetadata,
    ).toHaveLength(1);
    await expect(
      installation.iam.send(new DeleteUserCommand({ UserName: "bob" })),
    ).rejects.toThrow();
  });

  it("is refused for another API, altered, unsigned, or signed by anybody else", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES384", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const own = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const kid = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
    const byStranger = (header: object) =>
      new SignJWT(own).setProtectedHeader({ alg: "ES384", ...header }).sign(privateKey);
    const published = await (
      await fetch(`${installation.local.controlUrl}/.well-known/jwks.json`)
    ).text();
    const hs = forged(token, (header, claims) => [{ ...header, alg: "HS384" }, claims]);
    const signedByPublicKey = `${hs.slice(0, hs.lastIndexOf("."))}.${createHmac("sha384", published)
      .update(hs.slice(0, hs.lastIndexOf(".")))
      .digest("base64url")}`;
    const unsigned = forged(token, (header, claims) => [{ ...header, alg: "none" }, claims]);
    const wrong: Record<string, string> = {
      "another API's": await tokenOf(ana, ["invoices"]),
      altered: forged(token, (header, claims) => [
        header,
        { ...claims, sub: "arn:aws:iam::1:root" },
      ]),
      "later end": forged(token, (header, claims) => [header, { ...claims, exp: 4_000_000_000 }]),
      "alg none": unsigned,
      "alg none without a signature": `${unsigned.slice(0, unsigned.lastIndexOf("."))}.`,
      "HS256 with the public key for a secret": signedByPublicKey,
      "a stranger's key": await byStranger({ kid }),
      "a stranger's key, brought along": await byStranger({ kid, jwk }),
      "a stranger's keys, by URL": await byStranger({ kid, jku: "http://127.0.0.1:9/keys" }),
      "a stranger's certificate, by URL": await byStranger({ kid, x5u: "http://127.0.0.1:9/cert" }),
      "a kid that is a path": await byStranger({ kid: "../../../../dev/null" }),
      "no JWT": "a.b.c",
      "a JWT of nothing": "e30.e30.e30",
    };
    for (const [what, given] of Object.entries(wrong)) {
      expect({ what, ...(await bearer(given)) }).toMatchObject({ what, ...UNAUTHORIZED });
    }
  });

  it("is refused beside other credentials, and never found in the log", async () => {
    expect(await bearer(token, "/whoami?X-Amz-Signature=0")).toMatchObject(UNAUTHORIZED);
    const { host } = new URL(installation.local.apiUrl);
    const twice = [
      "host",
      host,
      "authorization",
      `Bearer ${token}`,
      "authorization",
      `Bearer ${token}`,
    ];
    expect(await send(installation.local.apiUrl, "GET", "/whoami", twice)).toMatchObject(
      UNAUTHORIZED,
    );
    const log = JSON.stringify(installation.decisions);
    for (const part of [...token.split("."), ana.secretAccessKey]) expect(log).not.toContain(part);
  });
});

describe("a token of a registered provider", () => {
  let issuer: OidcIssuer;
  let arn: string;
  const host = () => issuer.url.replace("https://", "");
  const trust = (condition: object = {}) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::${installation.account}:oidc-provider/${host()}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${host()}:aud`]: CLIENT, ...condition } },
        },
      ],
    });
  const as = (token: string, role = arn, path = "/whoami") =>
    bearer(token, path, role === "" ? {} : { "x-portcullis-role-arn": role });

  beforeAll(async () => {
    issuer = await oidcIssuer();
    await installation.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: issuer.url,
        ClientIDList: [CLIENT],
        ThumbprintList: [thumbprintOf("authority")],
      }),
    );
    const { Role } = await installation.iam.send(
      new CreateRoleCommand({ RoleName: "web", AssumeRolePolicyDocument: trust() }),
    );
    arn = Role?.Arn ?? "";
    await installation.iam.send(
      new PutRolePolicyCommand({
        RoleName: "web",
        PolicyName: "own",
        PolicyDocument: document(allow("execute-api:Invoke"), deny("orders:*")),
      }),
    );
  });
  afterAll(() => issuer.stop());

  it("is the role that it names, for this request", async () => {
    const answer = await as(await issuer.issue());
    expect(answer).toMatchObject({
      status: 200,
      body: {
        principalArn: `arn:aws:sts::${installation.account}:assumed-role/web/${CLIENT}`,
        principalType: "AssumedRole",
        roleName: "web",
        sessionName: CLIENT,
      },
    });
    expect((await as(await issuer.issue(), arn, "/orders")).status).toBe(403);
    expect(installation.decisions.at(-1)).toMatchObject({ outcome: "explicitDeny", roundTrips: 1 });
  });

  it("is checked against the role's trust policy at every request", async () => {
    const update = (document: string) =>
      installation.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "web", PolicyDocument: document }),
      );
    await update(trust({ [`${host()}:sub`]: "somebody-else" }));
    expect(await as(await issuer.issue())).toMatchObject({
      status: 403,
      body: { message: "Forbidden" },
    });
    await update(trust({ [`${host()}:sub`]: CLIENT }));
    expect((await as(await issuer.issue())).status).toBe(200);
  });

  it("is checked with the condition keys of the request itself", async () => {
    const PolicyDocument = trust({
      "aws:Referer": "https://app.example/",
      "aws:UserAgent": "tests",
    });
    const update = (document: string) =>
      installation.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "web", PolicyDocument: document }),
      );
    await update(PolicyDocument);
    const from = async (headers: Record<string, string>) =>
      (await bearer(await issuer.issue(), "/whoami", { "x-portcullis-role-arn": arn, ...headers }))
        .status;
    expect(await from({ referer: "https://app.example/", "user-agent": "tests" })).toBe(200);
    expect(await from({ referer: "https://elsewhere.example/", "user-agent": "tests" })).toBe(403);
    expect(await from({ "user-agent": "tests" })).toBe(403);
    await update(trust());
  });

  it("is refused without a role, for a role that is not there, or for two", async () => {
    const token = await issuer.issue();
    expect(await as(token, "")).toMatchObject(UNAUTHORIZED);
    expect(await as(token, "web")).toMatchObject(UNAUTHORIZED);
    expect((await as(token, `${arn},${arn}`)).status).toBe(403);
    expect((await as(token, `${arn}2`)).status).toBe(403);
  });

  it("is refused when the provider did not sign it, or not for us, or not now", async () => {
    const now = Math.floor(Date.now() / 1000);
    const { privateKey } = await generateKeyPair("RS256");
    const stranger = await new SignJWT({
      iss: issuer.url,
      sub: "x",
      aud: CLIENT,
      iat: now,
      exp: now + 60,
    })
      .setProtectedHeader({ alg: "RS256", kid: issuer.key().kid })
      .sign(privateKey);
    const good = { iss: issuer.url, sub: "x", aud: CLIENT, iat: now, exp: now + 60 };
    for (const token of [
      stranger,
      await issuer.sign({ ...good, aud: "another-app" }),
      await issuer.sign({ ...good, iss: "https://elsewhere.example" }),
      await issuer.sign({ ...good, iss: installation.local.controlUrl }),
      await issuer.sign({ ...good, iat: now - 120, exp: now - 60 }),
      await issuer.sign({ ...good, iat: now + 600, exp: now + 900 }),
    ])
      expect(await as(token)).toMatchObject(UNAUTHORIZED);
  });

  it("has no cacheable answer that rests on where or when a request comes from", async () => {
    const { local, account } = installation;
    const credentials = () => CREDENTIALS;
    const reader = slimReader({
      region: "us-east-1",
      tableName: IDENTITY_TABLE,
      endpoint: local.dynamodbEndpoint,
      credentials,
    });
    const lines: DecisionLine[] = [];
    const authorizer = createAuthorizer({
      directory: createDirectory({
        reader,
        unwrapper: memoryKeyWrapper(),
        managementAccount: account,
      }),
      reader,
      cachedRoutes: ["GET /whoami"],
      bearer: { issuer: local.controlUrl, privateIdentityProviders: true },
      log: (line) => lines.push(line),
    });
    const ask = async () => {
      const headers = {
        authorization: `Bearer ${await issuer.issue()}`,
        "x-portcullis-role-arn": arn,
      };
      const event = eventOf({ method: "GET", rawPath: "/whoami", rawQueryString: "", headers });
      return authorizer.decide(requestOfV2(event, { region: "us-east-1", pathIsDecoded: false }));
    };
    const trusting = async (condition: object) => {
      const PolicyDocument = trust(condition);
      await installation.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "web", PolicyDocument }),
      );
    };
    await trusting({ [`${host()}:sub`]: CLIENT });
    expect(await ask()).toMatchObject({ kind: "allowed", cacheable: [{ effect: "Allow" }] });
    // The request has it, and the next one from elsewhere would not.
    await trusting({ "aws:UserAgent": "tests" });
    expect(await ask()).toMatchObject({ kind: "forbidden" });
    expect(lines.at(-1)?.reason).toBe(
      "no answer that can be cached: the role is trusted by `aws:UserAgent` of each request",
    );
    await trusting({});
    expect((await ask()).kind).toBe("allowed");
  });

  it("causes requests to the registered provider only, and no redirect is followed", async () => {
    const stranger = await oidcIssuer();
    const redirecting = await oidcIssuer();
    try {
      let requests = 0;
      const { serve } = stranger.server;
      stranger.server.serve = (request, response) => {
        requests++;
        serve(request, response);
      };
      const ours = { iss: issuer.url, sub: CLIENT, aud: CLIENT };
      const { kid } = stranger.key();
      for (const token of [
        await stranger.sign(),
        await stranger.sign({ ...ours, iss: `${issuer.url}@${stranger.url.slice(8)}` }),
        await stranger.sign({ ...ours, iss: stranger.url.replace("https", "http") }),
        await stranger.sign(ours, { kid, jku: `${stranger.url}/jwks` }),
        await stranger.sign(ours, { kid, x5u: `${stranger.url}/jwks` }),
        await stranger.sign(ours, { kid, jwk: stranger.key().publicJwk }),
        await stranger.sign(ours, { kid: `${stranger.url}/jwks` }),
      ])
        expect(await as(token)).toMatchObject(UNAUTHORIZED);
      const provider = { Url: redirecting.url, ClientIDList: [CLIENT] };
      const ThumbprintList = [thumbprintOf("authority")];
      await installation.iam.send(
        new CreateOpenIDConnectProviderCommand({ ...provider, ThumbprintList }),
      );
      redirecting.server.serve = ({ url = "" }, response) =>
        response.writeHead(302, { location: stranger.url + url }).end();
      expect(
        (await as(await redirecting.sign({ ...ours, iss: redirecting.url }))).status,
      ).toBeGreaterThan(400);
      expect(requests).toBe(0);
    } finally {
      stranger.stop();
      redirecting.stop();
    }
  });

  it("is refused while the provider is down, and accepted when it is back", async () => {
    const late = await oidcIssuer();
    try {
      const { iam, account } = installation;
      const provider = {
        Url: late.url,
        ClientIDList: [CLIENT],
        ThumbprintList: [thumbprintOf("authority")],
      };
      await iam.send(new CreateOpenIDConnectProviderCommand(provider));
      const AssumeRolePolicyDocument = trust().replaceAll(host(), late.url.replace("https://", ""));
      await iam.send(new CreateRoleCommand({ RoleName: "late", AssumeRolePolicyDocument }));
      const role = `arn:aws:iam::${account}:role/late`;
      const token = await late.issue();
      const { serve } = late.server;
      late.server.serve = (_, response) => response.writeHead(503).end();
      expect(await as(token, role)).toMatchObject({
        status: 500,
        body: { message: "Internal Server Error" },
      });
      late.server.serve = serve;
      expect((await as(token, role)).status).toBe(403);
      expect(installation.decisions.at(-1)).toMatchObject({
        outcome: "implicitDeny",
        principal: `arn:aws:sts::${account}:assumed-role/late/${CLIENT}`,
      });
    } finally {
      late.stop();
    }
  });
});
