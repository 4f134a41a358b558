import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  EnableOutboundWebIdentityFederationCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetWebIdentityTokenCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";
import { type LoopbackServer, loopbackServer, thumbprintOf } from "../support/identity-provider.ts";
import { CLIENT } from "../support/oidc-issuer.ts";
import { allow, document, user } from "../support/people.ts";

/** What any member may hold instead of what RFC 7515, 7517 and 7519 give it. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e300,
  2 ** 53,
  "",
  "text",
  "RS256",
  "\u0000",
  "x".repeat(5_000),
  [],
  ["text"],
  [null, 1, {}],
  {},
  { text: "text" },
  { __proto__: null, length: -1 },
];
const CLAIMS = [
  "iss",
  "sub",
  "aud",
  "azp",
  "exp",
  "iat",
  "nbf",
  "jti",
  "amr",
  "sub_type",
  "urn:portcullis:session",
  "https://aws.amazon.com/tags",
  "https://aws.amazon.com/source_identity",
  "anything",
];
const HEADERS = ["alg", "kid", "typ", "cty", "crit", "b64", "zip", "jku", "jwk", "x5u", "x5c"];

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const decode = (part = ""): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, "base64url").toString());

let here: TestInstallation;
let provider: LoopbackServer;
let role: string;
/** JWK sets by the issuer's path. */
const published = new Map<string, unknown>();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...rsa.publicKey.export({ format: "jwk" }), kid: "good", alg: "RS256", use: "sig" };

function tokenOf(
  issuer: string,
  claims: object = {},
  header: object = {},
  key: KeyObject = rsa.privateKey,
): string {
  const iat = Math.floor(Date.now() / 1000);
  const all = { iss: provider.url + issuer, sub: "me", aud: CLIENT, iat, exp: iat + 600 };
  const text = `${encode({ alg: "RS256", kid: "good", ...header })}.${encode({ ...all, ...claims })}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

const statusOf = async (token: string): Promise<number> => {
  const answer = await send(here.local.apiUrl, "GET", "/whoami", {
    host: new URL(here.local.apiUrl).host,
    authorization: `Bearer ${token}`,
    "x-portcullis-role-arn": role,
  });
  return answer.status;
};
const reason = () => here.decisions.at(-1)?.reason;

/**
 * Every token is answered, and none by a fault of the server or by letting in whom it should not.
 */
async function expectRefused(tokens: Iterable<readonly [what: string, token: string]>) {
  const wrong: unknown[] = [];
  for (const [what, token] of tokens) {
    const status = await statusOf(token);
    if (status !== 401 && status !== 403 && status !== 431) wrong.push([what, status, reason()]);
  }
  expect(wrong).toEqual([]);
}

function* variants(members: readonly string[]): Generator<readonly [string, unknown]> {
  for (const member of members) for (const value of VALUES) yield [member, value];
}
const described = (member: string, value: unknown): string =>
  `${member}: ${JSON.stringify(value).slice(0, 40)}`;

const ISSUER = "/good";
const WRONG_SETS: readonly unknown[] = [
  ...VALUES.slice(0, 4),
  "text",
  [],
  {},
  { keys: null },
  { keys: {} },
  { keys: "text" },
];

beforeAll(async () => {
  here = await startInstallation();
  provider = await loopbackServer((request, response) => {
    const path = request.url ?? "";
    const issuer = path.replace(/\/(?:\.well-known\/openid-configuration|jwks)$/, "");
    if (!published.has(issuer)) return void response.writeHead(404).end();
    const document = path.endsWith("/jwks")
      ? published.get(issuer)
      : { issuer: provider.url + issuer, jwks_uri: `${provider.url}${issuer}/jwks` };
    response.end(JSON.stringify(document));
  });
  published.set(ISSUER, { keys: [jwk] });
  WRONG_SETS.forEach((set, index) => {
    published.set(`/wrong-${index}`, set);
  });
  published.set("/odd", { keys: [...VALUES, ...oddKeys(), jwk] });
  const arns: string[] = [];
  for (const issuer of published.keys()) {
    const { OpenIDConnectProviderArn } = await here.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: provider.url + issuer,
        ClientIDList: [CLIENT],
        ThumbprintList: [thumbprintOf("authority")],
      }),
    );
    arns.push(OpenIDConnectProviderArn ?? "");
  }
  const { Role } = await here.iam.send(
    new CreateRoleCommand({
      RoleName: "web",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { Federated: arns },
        Action: "sts:AssumeRoleWithWebIdentity",
      }),
    }),
  );
  role = Role?.Arn ?? "";
  await here.iam.send(
    new PutRolePolicyCommand({
      RoleName: "web",
      PolicyName: "own",
      PolicyDocument: document(allow("execute-api:Invoke")),
    }),
  );
});
afterAll(async () => {
  await provider.stop();
  await here.stop();
});

/** Keys with a member of every type, and numbers that are no key or too weak a one. */
function oddKeys(): readonly object[] {
  const point = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
  const ec = { ...point.export({ format: "jwk" }), kid: "good", alg: "ES256" };
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  const withValues = (key: object, members: readonly string[]) =>
    [...variants(members)].map(([member, value]) => ({ ...key, [member]: value }));
  return [
    ...withValues(jwk, ["kty", "n", "e", "alg", "kid", "use", "key_ops"]),
    ...withValues(ec, ["kty", "crv", "x", "y"]),
    { ...short.export({ format: "jwk" }), kid: "good", alg: "RS256" },
    { ...jwk, n: "" },
    { ...jwk, n: "AA" },
    { ...jwk, e: "AA" },
    { ...ec, alg: "RS256" },
    { ...ec, y: ec.x },
    { ...ec, crv: "P-384" },
  ];
}

describe("a provider's token", () => {
  it("is taken when it is good", async () => {
    expect(await statusOf(tokenOf(ISSUER))).toBe(200);
  });

  it("with a claim of any type is answered, with a valid signature or not", async () => {
    const faults: unknown[] = [];
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    for (const [claim, value] of variants(CLAIMS)) {
      const signed = await statusOf(tokenOf(ISSUER, { [claim]: value }));
      if (signed >= 500) faults.push([described(claim, value), signed, reason()]);
      const byNobody = await statusOf(tokenOf(ISSUER, { [claim]: value }, {}, stranger));
      if (byNobody !== 401 && byNobody !== 431)
        faults.push([described(claim, value), "by nobody", byNobody, reason()]);
    }
    expect(faults).toEqual([]);
  }, 60_000);

  it("with a `sub` that is no string, or for no client of ours, is refused", async () => {
    for (const sub of VALUES.filter((value) => typeof value !== "string"))
      expect([sub, await statusOf(tokenOf(ISSUER, { sub }))]).toEqual([sub, 401]);
    for (const aud of VALUES)
      expect([aud, await statusOf(tokenOf(ISSUER, { aud }))]).toEqual([aud, 401]);
  });

  it("with a header of any type is answered", async () => {
    const faults: unknown[] = [];
    for (const [member, value] of variants(HEADERS)) {
      const status = await statusOf(tokenOf(ISSUER, {}, { [member]: value }));
      if (status >= 500) faults.push([described(member, value), status, reason()]);
    }
    expect(faults).toEqual([]);
  }, 60_000);

  it("that is no object in one of its parts is answered", async () => {
    const [header = "", claims = "", signature = ""] = tokenOf(ISSUER).split(".");
    await expectRefused(
      VALUES.flatMap((value) => [
        [`header ${JSON.stringify(value)}`, `${encode(value)}.${claims}.${signature}`] as const,
        [`claims ${JSON.stringify(value)}`, `${header}.${encode(value)}.${signature}`] as const,
        [`signature ${JSON.stringify(value)}`, `${header}.${claims}.${encode(value)}`] as const,
      ]),
    );
  });

  it("is verified by the good key among unusable keys", async () => {
    expect([await statusOf(tokenOf("/odd")), reason()]).toEqual([200, "allowed"]);
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    expect(await statusOf(tokenOf("/odd", {}, {}, stranger))).toBe(401);
  });

  it("is refused when the provider publishes no set of keys", async () => {
    for (const index of WRONG_SETS.keys())
      expect([WRONG_SETS[index], await statusOf(tokenOf(`/wrong-${index}`))]).toEqual([
        WRONG_SETS[index],
        401,
      ]);
  });
});

describe("a token of this installation", () => {
  let own: string;
  beforeAll(async () => {
    await here.iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    const ana = await user(here, "ana", allow(["sts:GetWebIdentityToken", "execute-api:Invoke"]));
    const { WebIdentityToken } = await here
      .stsAs(ana)
      .send(new GetWebIdentityTokenCommand({ Audience: ["orders"], SigningAlgorithm: "ES384" }));
    own = WebIdentityToken ?? "";
    expect(await statusOf(own)).toBe(200);
  });

  it("with a claim or a header of any type is refused", async () => {
    const [header, claims, signature = ""] = own.split(".");
    const with_ = (part: string | undefined, member: string, value: unknown) =>
      encode({ ...decode(part), [member]: value });
    await expectRefused([
      ...[...variants(CLAIMS)].map(
        ([member, value]) =>
          [
            described(member, value),
            `${header}.${with_(claims, member, value)}.${signature}`,
          ] as const,
      ),
      ...[...variants(HEADERS)].map(
        ([member, value]) =>
          [
            described(member, value),
            `${with_(header, member, value)}.${claims}.${signature}`,
          ] as const,
      ),
    ]);
    for (const member of ["accessKeyId", "sessionToken"]) {
      const session = decode(claims)["urn:portcullis:session"] as object;
      await expectRefused(
        VALUES.map((value) => [
          described(member, value),
          `${header}.${with_(claims, "urn:portcullis:session", { ...session, [member]: value })}.${signature}`,
        ]),
      );
    }
  }, 60_000);
});

describe("an Authorization header", () => {
  const ask = (headers: readonly string[], path = "/whoami") =>
    send(here.local.apiUrl, "GET", path, ["host", new URL(here.local.apiUrl).host, ...headers]);

  it.each<[string, readonly string[], string, string]>([
    [
      "that is no JWT",
      ["authorization", "Bearer abc"],
      "/whoami",
      "the Authorization header holds `Bearer` and not one JWT",
    ],
    [
      "without a token",
      ["authorization", "Bearer"],
      "/whoami",
      "the Authorization header holds `Bearer` and not one JWT",
    ],
    [
      "beside another",
      ["authorization", "Bearer a.b.c", "authorization", "Basic x"],
      "/whoami",
      "the Authorization header holds `Bearer` and not one JWT",
    ],
    [
      "beside a signature",
      ["authorization", "Bearer a.b.c"],
      "/whoami?X-Amz-Signature=0",
      "a bearer token beside a signature in the query",
    ],
    ["of a JWT of nothing", ["authorization", "Bearer a.b.c"], "/whoami", "the token is no JWT"],
  ])("%s is refused with its reason in the log", async (_, headers, path, why) => {
    expect((await ask(headers, path)).status).toBe(401);
    expect(here.decisions.at(-1)).toMatchObject({ outcome: "unauthenticated", reason: why });
  });
});
