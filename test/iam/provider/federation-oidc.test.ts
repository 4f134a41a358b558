import { createHmac } from "node:crypto";
import { CreateOpenIDConnectProviderCommand, GetUserCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { exportSPKI, importJWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loopbackServer, thumbprintOf } from "../../support/identity-provider.ts";
import { CLIENT, type OidcIssuer, oidcIssuer } from "../../support/oidc-issuer.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  rootOf,
  stsInstallation,
  trust,
} from "../../support/sts-installation.ts";

const here = stsInstallation();
let issuer: OidcIssuer;
let role: string;

const host = (url: string) => url.replace("https://", "");
const providerArn = (url: string) => `arn:aws:iam::${ACCOUNT}:oidc-provider/${host(url)}`;
const register = (
  url: string,
  thumbprint = thumbprintOf("authority"),
  clients: readonly string[] = [CLIENT],
) =>
  here.iam().send(
    new CreateOpenIDConnectProviderCommand({
      Url: url,
      ClientIDList: [...clients],
      ThumbprintList: [thumbprint],
    }),
  );
const trusting = (
  url: string,
  condition?: object,
  actions: readonly string[] = ["sts:AssumeRoleWithWebIdentity"],
) => trust({ Federated: providerArn(url) }, actions, condition);
const assume = (
  WebIdentityToken: string,
  RoleArn = role,
  rest: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
) =>
  here.anonymous().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: "web",
      WebIdentityToken,
      ...rest,
    }),
  );

beforeAll(async () => {
  issuer = await oidcIssuer();
  await register(issuer.url);
  role = await here.role(
    "web",
    trusting(issuer.url, { StringEquals: { [`${host(issuer.url)}:aud`]: CLIENT } }),
    { document: allow("iam:GetUser") },
  );
});
afterAll(() => issuer?.stop());

describe("AssumeRoleWithWebIdentity", () => {
  it("takes a token of a registered provider, without credentials", async () => {
    const answer = await assume(await issuer.issue());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: CLIENT,
      Audience: CLIENT,
      Provider: providerArn(issuer.url),
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/web` },
    });
    const session = credentialsOf(answer.Credentials);
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/web`,
    });
  });

  it("the trust policy's conditions decide on subject, audience and other claims", async () => {
    const bySubject = await here.role(
      "by-subject",
      trusting(issuer.url, {
        StringEquals: {
          [`${host(issuer.url)}:sub`]: "user-42",
          [`${host(issuer.url)}:repository`]: "mine/*",
        },
      }),
    );
    const byPattern = await here.role(
      "by-pattern",
      trusting(issuer.url, { StringLike: { [`${host(issuer.url)}:repository`]: "mine/*" } }),
    );
    await assume(await issuer.sign({ repository: "mine/a" }), byPattern);
    for (const [token, arn] of [
      [await issuer.sign({ repository: "mine/a" }), bySubject],
      [await issuer.sign({ repository: "theirs/a" }), byPattern],
      [await issuer.sign(), byPattern],
      [await issuer.sign(), `arn:aws:iam::${ACCOUNT}:role/nobody-home`],
      [
        await issuer.sign(),
        await here.role(
          "other-provider",
          trust({ Federated: "accounts.google.com" }, "sts:AssumeRoleWithWebIdentity"),
        ),
      ],
      [
        await issuer.sign(),
        await here.role(
          "only-accounts",
          trust(rootOf(ACCOUNT), ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]),
        ),
      ],
      [
        await issuer.sign(),
        await here.role(
          "everyone",
          trust("*", ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]),
        ),
      ],
    ] as const) {
      expect(await refusal(assume(token, arn)), arn).toEqual({
        code: "AccessDenied",
        status: 403,
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      });
    }
  });

  it("a claim in another case never passes for the one that conditions mean", async () => {
    const key = host(issuer.url);
    const trusting42 = await here.role(
      "user-42-with-mfa",
      trusting(issuer.url, { StringEquals: { [`${key}:sub`]: "user-42", [`${key}:amr`]: "mfa" } }),
    );
    await assume(await issuer.sign({ amr: "mfa" }), trusting42);
    for (const claims of [
      { sub: "eve", SUB: "user-42", amr: "mfa" },
      { sub: "eve", Sub: "user-42", amr: "mfa" },
    ])
      expect(await refusal(assume(await issuer.sign(claims), trusting42))).toMatchObject({
        code: "InvalidIdentityToken",
        message: "Two claims of the token differ only by case.",
      });
    expect(await refusal(assume(await issuer.sign({ AMR: "mfa" }), trusting42))).toMatchObject({
      code: "AccessDenied",
    });
  });

  it("an issuer that is longer than any provider's URL is refused", async () => {
    const token = await issuer.sign({ iss: `https://${"a".repeat(4000)}.example` });
    expect(await refusal(assume(token))).toMatchObject({
      code: "InvalidIdentityToken",
      status: 400,
    });
  });

  it("session tags and source identity come from the token, and need the trust's permission", async () => {
    const all = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"];
    const tagged = await here.role("web-tags", trusting(issuer.url, undefined, all), {
      document: allow(
        ["iam:GetUser", "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        "*",
        {
          StringEquals: { "aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "jane" },
        },
      ),
    });
    await here.user("somebody");
    const claims = {
      "https://aws.amazon.com/tags": {
        principal_tags: { team: ["blue"], floor: ["2"] },
        transitive_tag_keys: ["team"],
      },
      "https://aws.amazon.com/source_identity": "jane",
    };
    const answer = await assume(await issuer.sign(claims), tagged);
    expect(answer.SourceIdentity).toBe("jane");
    const session = credentialsOf(answer.Credentials);
    await here.iam(session).send(new GetUserCommand({ UserName: "somebody" }));
    const chained = await here.role(
      "web-chained",
      trust(rootOf(ACCOUNT), ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]),
      {
        document: allow("iam:GetUser", "*", { StringEquals: { "aws:PrincipalTag/team": "blue" } }),
      },
    );
    const next = credentialsOf(
      (
        await here
          .sts(session)
          .send(new AssumeRoleCommand({ RoleArn: chained, RoleSessionName: "next" }))
      ).Credentials,
    );
    await here.iam(next).send(new GetUserCommand({ UserName: "somebody" }));
    expect((await refusal(assume(await issuer.sign(claims)))).code).toBe("AccessDenied");
    expect(
      (
        await refusal(
          assume(
            await issuer.sign({ "https://aws.amazon.com/source_identity": "aws:x y" }),
            tagged,
          ),
        )
      ).code,
    ).toBe("InvalidIdentityToken");
  });

  it("asks the provider once for many tokens, and again when it has rotated its keys", async () => {
    await assume(await issuer.issue());
    const before = issuer.server.requests.filter((path) => path.includes("jwks")).length;
    for (let count = 0; count < 5; count++) await assume(await issuer.issue());
    expect(issuer.server.requests.filter((path) => path.includes("jwks"))).toHaveLength(before);
    const old = await issuer.sign();
    await issuer.rotate();
    await assume(await issuer.issue());
    expect((await refusal(assume(old))).code).toBe("InvalidIdentityToken");
  });
});

describe("a web identity token that is not good", () => {
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("expired, too early, of another audience or issuer, or none at all", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await refusal(assume(await issuer.sign({ exp: now - 1 })))).toMatchObject({
      code: "ExpiredTokenException",
      status: 400,
      message: expect.stringMatching(
        /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
      ),
    });
    const cases: [string, string | RegExp][] = [
      [await issuer.sign({ aud: "somebody-else" }), "Incorrect token audience"],
      [await issuer.sign({ azp: "somebody-else" }), "Incorrect token audience"],
      [
        await issuer.sign({ iss: "https://other.example" }),
        "No OpenIDConnect provider found in your account for https://other.example",
      ],
      [await issuer.sign({ nbf: now + 60 }), /`nbf`/],
      [await issuer.sign({ iat: now + 60 }), "The token was issued in the future."],
      [await issuer.sign({ sub: "" }), /subject/],
      [await issuer.sign({ sub: "s".repeat(256) }), /subject/],
      ["nonsense", /is not a valid JWT/],
      [`${b64({ alg: "RS256" })}.${b64({ iss: issuer.url })}`, /is not a valid JWT/],
      [`${"a".repeat(20)}.${"e".repeat(20)}.x.y.z`, /is not a valid JWT/],
    ];
    for (const [token, message] of cases) {
      expect(await refusal(assume(token)), String(message)).toMatchObject({
        code: "InvalidIdentityToken",
        status: 400,
        message: message instanceof RegExp ? expect.stringMatching(message) : message,
      });
    }
    for (const huge of ["x".repeat(20_001), "x".repeat(1024 * 1024)]) {
      expect((await refusal(assume(huge))).code).toBe("ValidationError");
    }
  });

  it("an unsigned one, one signed with the public key as a secret, and ones that bring their own key", async () => {
    const good = await issuer.sign();
    const [, payload = "", signature = ""] = good.split(".");
    const { kid, publicJwk } = issuer.key();
    const imported = await importJWK(publicJwk, "RS256", { extractable: true });
    if (imported instanceof Uint8Array) throw new TypeError("an RSA key was expected");
    const secret = await exportSPKI(imported);
    const hmacHeader = b64({ alg: "HS256", kid });
    const confused = `${hmacHeader}.${payload}.${createHmac("sha256", secret).update(`${hmacHeader}.${payload}`).digest("base64url")}`;
    const stranger = await oidcIssuer();
    try {
      const foreign = { iss: issuer.url };
      const bad = [
        `${b64({ alg: "none" })}.${payload}.`,
        `${b64({ alg: "none", kid })}.${payload}.${signature}`,
        confused,
        `${good.slice(0, -4)}AAAA`,
        await stranger.sign(foreign),
        await stranger.sign(foreign, { kid }),
        await stranger.sign(foreign, { kid: undefined }),
        await stranger.sign(foreign, { kid, jwk: stranger.key().publicJwk }),
        await stranger.sign(foreign, { kid: stranger.key().kid, jku: `${stranger.url}/jwks` }),
        await stranger.sign(foreign, { kid, x5u: `${stranger.url}/cert` }),
        await stranger.sign(foreign, { kid: "../../../../dev/null" }),
        await stranger.sign(foreign, { kid: "' or 1=1 --" }),
      ];
      for (const token of bad) {
        expect(await refusal(assume(token)), token).toMatchObject({
          code: "InvalidIdentityToken",
          status: 400,
        });
      }
      expect(stranger.server.requests).toEqual([]);
    } finally {
      await stranger.stop();
    }
    await assume(await issuer.sign());
  });
});

describe("a provider that can't be trusted or reached", () => {
  const tokenFrom = (url: string) => issuer.sign({ iss: url });
  const roleFor = (name: string, url: string) => here.role(name, trusting(url));
  const document = (url: string, jwks = `${url}/jwks`) =>
    JSON.stringify({ issuer: url, jwks_uri: jwks });

  it("down: IDPCommunicationError, and well again when it is back", async () => {
    const server = await loopbackServer((_, response) => response.writeHead(500).end());
    await register(server.url);
    const arn = await roleFor("down", server.url);
    const down = {
      code: "IDPCommunicationError",
      status: 400,
      message:
        "The identity provider that has to verify the token could not be reached. Try again later.",
    };
    expect(await refusal(assume(await tokenFrom(server.url), arn))).toEqual(down);
    server.serve = (request, response) => {
      response.end(
        request.url === "/jwks"
          ? JSON.stringify({ keys: [issuer.key().publicJwk] })
          : document(server.url),
      );
    };
    await assume(await tokenFrom(server.url), arn);
    await server.stop();
    const gone = await loopbackServer(() => {});
    await register(gone.url);
    await gone.stop();
    expect(
      await refusal(assume(await tokenFrom(gone.url), await roleFor("gone", gone.url))),
    ).toEqual(down);
  });

  it("a certificate that is not the pinned one, or names another host, or a redirect, or another's documents", async () => {
    const keys = JSON.stringify({ keys: [issuer.key().publicJwk] });
    const servers = [
      { name: "stranger", certificate: "stranger", thumbprint: "authority" },
      { name: "elsewhere", certificate: "elsewhere", thumbprint: "authority" },
      { name: "wrong-pin", certificate: "localhost", thumbprint: "stranger" },
    ];
    for (const { name, certificate, thumbprint } of servers) {
      const server = await loopbackServer(
        (request, response) => response.end(request.url === "/jwks" ? keys : document(server.url)),
        { certificate },
      );
      await register(server.url, thumbprintOf(thumbprint));
      expect(
        await refusal(assume(await tokenFrom(server.url), await roleFor(name, server.url))),
        name,
      ).toMatchObject({
        code: "InvalidIdentityToken",
        message: expect.stringMatching(
          /^Couldn't retrieve verification key from your identity provider/,
        ),
      });
      await server.stop();
    }
    const good = await loopbackServer((request, response) =>
      response.end(request.url === "/jwks" ? keys : document(good.url)),
    );
    const documents: Record<string, (url: string) => string> = {
      "another issuer": () => document(good.url),
      "keys over http": (url) => document(url, "http://localhost/jwks"),
      "no keys": (url) => JSON.stringify({ issuer: url }),
      "no JSON": () => "<html></html>",
      "more than is sensible": () => "x".repeat(600 * 1024),
    };
    const evil = await loopbackServer((_, response) =>
      response.writeHead(302, { location: `${good.url}/.well-known/openid-configuration` }).end(),
    );
    await register(evil.url);
    const arn = await roleFor("evil", evil.url);
    expect((await refusal(assume(await tokenFrom(evil.url), arn))).code, "redirect").toBe(
      "InvalidIdentityToken",
    );
    for (const [what, make] of Object.entries(documents)) {
      evil.serve = (_, response) => response.end(make(evil.url));
      expect((await refusal(assume(await tokenFrom(evil.url), arn))).code, what).toBe(
        "InvalidIdentityToken",
      );
    }
    expect(good.requests).toEqual([]);
    await evil.stop();
    await good.stop();
  });

  it("is trusted by the thumbprint of its own certificate too", async () => {
    const server = await loopbackServer((request, response) =>
      response.end(
        request.url === "/jwks"
          ? JSON.stringify({ keys: [issuer.key().publicJwk] })
          : document(server.url),
      ),
    );
    await register(server.url, thumbprintOf("localhost").toUpperCase());
    await assume(await tokenFrom(server.url), await roleFor("leaf", server.url));
    await server.stop();
  });
});
