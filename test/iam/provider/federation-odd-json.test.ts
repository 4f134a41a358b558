import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { ApiError } from "@portcullis/iam/error";
import { verifyWebIdentity } from "@portcullis/iam/federation/web-identity-token";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type LoopbackServer,
  loopbackServer,
  thumbprintOf,
} from "../../support/identity-provider.ts";
import { ACCOUNT, refusal, stsInstallation, trust } from "../../support/sts-installation.ts";

/** Every kind of JSON value, as text: `1e999` is a number that JavaScript reads as infinite. */
const VALUES = [
  ...["null", "true", "false", "0", "-1", "1.5", "1e999", '""', '"x"', '"AAAA"'],
  ...["[]", "[null]", "[1]", '["x"]', "[[]]", "{}", '{"a":1}', '{"__proto__":{"a":1}}'],
];

const CLIENT = "client";
const here = stsInstallation();
let server: LoopbackServer;
/**
 * What is published: by path of an issuer, the texts of its discovery document and of its key set.
 */
const published = new Map<string, { readonly discovery?: string; readonly jwks: string }>();

const rsa = (bits = 2048) => generateKeyPairSync("rsa", { modulusLength: bits });
const good = rsa();
const jwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: "jwk" }), ...more });
const goodKey = jwk(good.publicKey, { kid: "good" });
const keySet = (...keys: readonly unknown[]) => JSON.stringify({ keys });

const part = (text: string) => Buffer.from(text).toString("base64url");

/**
 * A signed token; `claim` and `header` are raw JSON members that come last, so they take the place
 * of earlier ones.
 */
function token(
  path: string,
  { claim = "", header = "", key = good.privateKey }: TokenParts = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = `{"iss":"${server.url}${path}","sub":"me","aud":"${CLIENT}","iat":${now},"exp":${now + 600}${claim}}`;
  const text = `${part(`{"alg":"RS256","kid":"good"${header}}`)}.${part(claims)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

interface TokenParts {
  readonly claim?: string;
  readonly header?: string;
  readonly key?: KeyObject;
}

/**
 * The outcome at the domain's edge: `good`, or an API error's code. Whatever else is thrown fails
 * the test.
 */
async function verified(path: string, jwt: string): Promise<string> {
  try {
    await verifyWebIdentity(
      jwt,
      {
        arn: "arn",
        url: `${server.url}${path}`.slice("https://".length),
        clientIds: [CLIENT],
        thumbprints: [thumbprintOf("authority")],
      },
      { now: new Date(), sessionName: "web", privateAddresses: true },
    );
    return "good";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.code;
  }
}

let issuers = 0;

/** A new issuer, since keys are cached by issuer. */
function publish(jwks: string, discovery?: string): string {
  const path = `/${issuers++}`;
  published.set(path, { jwks, ...(discovery === undefined ? {} : { discovery }) });
  return path;
}

const TENANT = "/tenant/";
let roleArn: string;

const assume = (jwt: string, RoleArn = roleArn) =>
  here.anonymous().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: "web",
      WebIdentityToken: jwt,
    }),
  );
const assumed = async (jwt: string, arn = roleArn) => {
  // One call, since an address may make 500 unsigned ones at once.
  const sent = assume(jwt, arn);
  try {
    await sent;
    return "200";
  } catch {
    const { status, code } = await refusal(sent);
    return `${status} ${code}`;
  }
};
const atTheApi = async (jwt: string) =>
  (
    await fetch(`${here.apiUrl()}/orders`, {
      headers: { authorization: `Bearer ${jwt}`, "x-portcullis-role-arn": roleArn },
    })
  ).status;

beforeAll(async () => {
  server = await loopbackServer((request, response) => {
    const path = request.url ?? "";
    for (const [issuer, { discovery, jwks }] of published) {
      const plain = issuer.replace(/\/$/, "");
      if (path === `${plain}/jwks`) return response.end(jwks);
      if (path === `${plain}/.well-known/openid-configuration`) {
        const own = `{"issuer":"${server.url}${issuer}","jwks_uri":"${server.url}${plain}/jwks"}`;
        return response.end(discovery ?? own);
      }
    }
    return response.writeHead(404).end();
  });
  published.set(TENANT, { jwks: keySet(goodKey) });
  const { OpenIDConnectProviderArn: arn } = await here.iam().send(
    new CreateOpenIDConnectProviderCommand({
      Url: `${server.url}${TENANT}`,
      ClientIDList: [CLIENT],
      ThumbprintList: [thumbprintOf("authority")],
    }),
  );
  roleArn = await here.role(
    "tenant",
    trust({ Federated: arn ?? "" }, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]),
  );
});
afterAll(() => server?.stop());

describe("an issuer whose URL ends in a slash", () => {
  it("keeps it in ARN, Url and condition keys, as trust policies written for AWS have it", async () => {
    const url = `${server.url}${TENANT}`.slice("https://".length);
    const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${url}`;
    const { Url } = await here
      .iam()
      .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    expect(Url).toBe(url);
    const condition = { StringEquals: { [`${url}:aud`]: CLIENT, [`${url}:sub`]: "me" } };
    const role = await here.role(
      "slash",
      trust({ Federated: arn }, "sts:AssumeRoleWithWebIdentity", condition),
    );
    expect(await assumed(token(TENANT), role)).toBe("200");
    expect(await assumed(token(TENANT, { claim: ',"sub":"you"' }), role)).toBe("403 AccessDenied");
  });

  it("is another issuer than the one without it", async () => {
    const claim = `,"iss":"${server.url}${TENANT.slice(0, -1)}"`;
    expect(await assumed(token(TENANT, { claim }))).toBe("400 InvalidIdentityToken");
  });
});

describe("a token with JSON values of any type", () => {
  const CLAIMS = [
    ...["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "jti", "amr", "email"],
    ...["urn:portcullis:session", "https://aws.amazon.com/source_identity"],
    ...["https://aws.amazon.com/tags", "https://aws.amazon.com/tags/principal_tags/a"],
    "https://aws.amazon.com/tags/transitive_tag_keys",
  ];
  const HEADERS = ["alg", "kid", "typ", "cty", "crit", "b64", "zip", "jwk", "jku", "x5c", "x5u"];
  const ANSWERS = /^(?:200|400 (?:InvalidIdentityToken|ExpiredTokenException)|403 AccessDenied)$/;

  const check = async (parts: TokenParts) => {
    const jwt = token(TENANT, parts);
    const [control, api] = await Promise.all([assumed(jwt), atTheApi(jwt)]);
    // The role may nothing, so a token that is taken gets a 403 at the API.
    return { control: ANSWERS.test(control) ? "fit" : control, api: api < 500 ? "fit" : api };
  };

  it.each(CLAIMS)("claim %s", async (name) => {
    for (const value of VALUES) {
      const parts = { claim: `,${JSON.stringify(name)}:${value}` };
      expect([name, value, await check(parts)]).toEqual([
        name,
        value,
        { control: "fit", api: "fit" },
      ]);
    }
  });

  it.each(HEADERS)("header %s", async (name) => {
    for (const value of VALUES) {
      const parts = { header: `,${JSON.stringify(name)}:${value}` };
      expect([name, value, await check(parts)]).toEqual([
        name,
        value,
        { control: "fit", api: "fit" },
      ]);
    }
  });

  it("a subject that is no string is refused, signed or not", async () => {
    for (const value of ["5", '["me"]', "null", "{}"]) {
      const jwt = token(TENANT, { claim: `,"sub":${value}` });
      const unsigned = `${jwt.slice(0, jwt.lastIndexOf("."))}.AAAA`;
      expect(await assumed(jwt)).toBe("400 InvalidIdentityToken");
      expect([await atTheApi(jwt), await atTheApi(unsigned)]).toEqual([401, 401]);
    }
  });
});

describe("keys that cannot be used", () => {
  const POINT = { kty: "EC", crv: "P-256", x: "AAAA", y: "AAAA", kid: "good" };
  const UNUSABLE: readonly (readonly [string, object])[] = [
    ["RSA of 1,024 bits", jwk(rsa(1024).publicKey, { kid: "good" })],
    ["an empty modulus", { kty: "RSA", n: "", e: "AQAB", kid: "good" }],
    ["a modulus that is no number", { kty: "RSA", n: "!", e: "AQAB", kid: "good" }],
    ["an exponent as long as the modulus", { ...goodKey, e: goodKey.n }],
    ["a point that is not on its curve", POINT],
    ["an unknown curve", { ...POINT, crv: "P-1" }],
    ["a key for encryption", { ...goodKey, use: "enc" }],
    ["a key for other operations", { ...goodKey, key_ops: ["encrypt"] }],
    ["a shared secret", { kty: "oct", k: "AAAA", kid: "good" }],
  ];

  it.each(UNUSABLE)("%s: skipped, and fatal only when it is alone", async (_, key) => {
    const alone = publish(keySet(key));
    expect(await verified(alone, token(alone))).toBe("InvalidIdentityToken");
    const beside = publish(keySet(key, goodKey));
    expect(await verified(beside, token(beside))).toBe("good");
  });

  it("members of any type, in a key beside a good one", async () => {
    const MEMBERS = ["kty", "kid", "use", "alg", "key_ops", "ext", "n", "e", "x5c", "x5t", "d"];
    for (const member of [...MEMBERS, "crv", "x", "y", "k", "oth"]) {
      for (const value of VALUES) {
        const first = member.length > 1 && "crv x y".includes(member) ? POINT : goodKey;
        const odd = JSON.stringify(first).replace(/\}$/, `,"${member}":${value}}`);
        const path = publish(`{"keys":[${odd},${JSON.stringify(goodKey)}]}`);
        expect([member, value, await verified(path, token(path))]).toEqual([member, value, "good"]);
      }
    }
  }, 60_000);

  it("a key set and a discovery document of any type", async () => {
    for (const value of VALUES) {
      for (const path of [
        publish(value),
        publish(`{"keys":${value}}`),
        publish(`{"keys":[${value}]}`),
        publish(keySet(goodKey), value),
        publish(keySet(goodKey), `{"issuer":${value},"jwks_uri":"https://x/"}`),
        publish(keySet(goodKey), `{"issuer":"${server.url}/${issuers}","jwks_uri":${value}}`),
      ]) {
        expect([value, await verified(path, token(path))]).toEqual([value, "InvalidIdentityToken"]);
      }
    }
  }, 60_000);

  it("a set of very many keys costs little", async () => {
    const path = publish(keySet(...Array.from({ length: 1500 }, () => ({ ...POINT }))));
    const started = performance.now();
    expect(await verified(path, token(path))).toBe("InvalidIdentityToken");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
