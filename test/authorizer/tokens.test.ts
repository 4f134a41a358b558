import { defineService } from "@portcullis/authorizer/service-definition";
import { SESSION_CLAIM } from "@portcullis/iam/federation/own-token";
import { accountKey } from "@portcullis/iam/record/account";
import { oidcProviderKey } from "@portcullis/iam/record/oidc-provider";
import { roleKey } from "@portcullis/iam/record/role";
import { signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { allow, deny, document } from "../support/people.ts";
import {
  ACCOUNT,
  type Asked,
  NOW,
  type RecordWorld,
  recordWorld,
  unsignedRequest,
} from "../support/record-world.ts";
import {
  BEARER,
  CLIENT,
  type OwnIssuer,
  ownIssuer,
  register,
  type TestProvider,
  testProvider,
} from "../support/token-issuers.ts";

/** Who the holder of a bearer token is, or why the token proves no caller. */
const INVOKE = { inline: [{ name: "own", document: document(allow("execute-api:Invoke")) }] };
const SECONDS = NOW.getTime() / 1000;
const MEMBER = "200000000000";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/web`;

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer({ bearer: BEARER });
});

const bearer = (token: string, headers: Readonly<Record<string, string>> = {}) =>
  authorizer.send({ authorization: `Bearer ${token}`, ...headers });

function refused({ kind, decisionId, line, ...more }: Asked, reason: string | RegExp): void {
  expect({ kind, more }).toEqual({ kind: "unauthenticated", more: {} });
  expect(line).toMatchObject({
    decisionId,
    outcome: "unauthenticated",
    reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
  });
  expect(line).not.toHaveProperty("accessKeyId");
  expect(line).not.toHaveProperty("principal");
}

describe("what a request presents", () => {
  it.each([
    ["nothing", { authorization: "Bearer" }],
    ["another word", { authorization: "Bearer token" }],
    ["two parts", { authorization: "Bearer a.b" }],
    ["four parts", { authorization: "Bearer a.b.c.d" }],
    ["an empty part", { authorization: "Bearer a..c" }],
    ["a word too many", { authorization: "Bearer a.b.c d" }],
    ["a token inside", { authorization: "Bearer x Bearer a.b.c" }],
    ["a space at the end", { authorization: "Bearer a.b.c " }],
    ["other characters", { authorization: "Bearer a.b.c=" }],
  ])("is no bearer token with %s after `Bearer`", async (_, headers) => {
    refused(
      await authorizer.send(headers),
      "the Authorization header holds `Bearer` and not one JWT",
    );
  });

  it("is a token in any case of `Bearer`, after any spaces", async () => {
    for (const authorization of ["Bearer a.b.c", "bearer  a.b.c", "BEARER   a.b.c"])
      refused(await authorizer.send({ authorization }), "the token is no JWT");
    for (const Authorization of ["Bearer a.b.c"])
      refused(await authorizer.send({ Authorization }), "the token is no JWT");
  });

  it.each([
    ["a word that begins so", "Bearers a.b.c"],
    ["a word before it", "My Bearer a.b.c"],
  ])("is no bearer token with %s: only a signature could prove it", async (_, authorization) => {
    const { kind, line } = await authorizer.send({ authorization });
    expect(kind).toBe("unauthenticated");
    expect(line?.reason).not.toMatch(/Bearer|JWT/);
    expect(line?.reason).toMatch(/^(?:IncompleteSignature|MissingAuthenticationToken)\b/);
  });

  it("is refused where a token stands beside other credentials", async () => {
    const other = "a bearer token beside another Authorization header";
    refused(await bearer("a.b.c", { Authorization: "Bearer a.b.c" }), other);
    refused(await bearer("a.b.c", { Authorization: "AWS4-HMAC-SHA256 x" }), other);
    for (const name of ["X-Amz-Signature", "x-amz-security-token"])
      refused(
        await authorizer.send({ authorization: "Bearer a.b.c" }, `/whoami?a=b&${name}=0`),
        "a bearer token beside a signature in the query",
      );
    refused(await authorizer.send({ authorization: "Bearer a.b.c" }, "/whoami?a=b"), /no JWT/);
  });

  it("is no token where the API takes none", async () => {
    authorizer = world.authorizer();
    refused(await bearer("a.b.c"), "this API takes no bearer tokens");
  });

  it("is nothing without an Authorization header", async () => {
    const { kind, line } = await authorizer.send({});
    expect([kind, line?.outcome]).toEqual(["unauthenticated", "unauthenticated"]);
    expect(line?.reason).toMatch(/^MissingAuthenticationToken: /);
    expect(line).not.toHaveProperty("accessKeyId");
    expect(world.read).toEqual([]);
  });
});

describe("a token of the installation", () => {
  let issuer: OwnIssuer;
  let session: ReturnType<RecordWorld["session"]>;
  beforeEach(async () => {
    issuer = await ownIssuer(world);
    session = world.roleSession(world.role("clerk", INVOKE));
  });

  it("is the session in it, by one read with the signing keys", async () => {
    const answer = await bearer(await issuer.token(session));
    expect(answer).toMatchObject({
      kind: "allowed",
      payloadHash: "UNSIGNED-PAYLOAD",
      caller: {
        accessKeyId: session.accessKeyId,
        principal: {
          type: "AssumedRole",
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/one`,
        },
        session: { roleName: "clerk", sessionName: "one" },
      },
    });
    expect(answer.line).toMatchObject({ outcome: "allowed", roundTrips: 1, statements: ["own#0"] });
    expect(world.read).toEqual([
      {
        by: "get",
        keys: [
          roleKey(ACCOUNT, "clerk"),
          { ...accountKey(ACCOUNT), partition: expect.stringMatching(/^account\/[0-3]$/) },
          signingKeysKey(ACCOUNT),
        ],
      },
    ]);
  });

  it("is denied what the session may not do", async () => {
    world.role("clerk", {
      inline: [{ name: "own", document: document(deny("execute-api:Invoke")) }],
    });
    const answer = await bearer(await issuer.token(session));
    expect(answer.kind).toBe("forbidden");
    expect(answer.line).toMatchObject({
      outcome: "explicitDeny",
      reason: "explicit deny in an identity-based policy",
    });
  });

  it.each([
    ["for another API", { aud: "another" }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"aud"/],
    ["that has expired", { exp: SECONDS }, /^ERR_JWT_EXPIRED: /],
    ["that is not valid yet", { nbf: SECONDS + 1 }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"nbf"/],
    ["without an end", { exp: undefined }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"exp"/],
    ["without an id", { jti: undefined }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"jti"/],
  ])("is refused %s", async (_, claims, reason) => {
    refused(await bearer(await issuer.token(session, claims)), reason);
  });

  it.each([
    ["no session", undefined],
    ["null", null],
    ["a text", "session"],
    ["no access key id", { sessionToken: "s" }],
    ["an access key id that is no text", { accessKeyId: 1, sessionToken: "s" }],
    ["no session token", { accessKeyId: "ASIA" }],
    ["a session token that is no text", { accessKeyId: "ASIA", sessionToken: 1 }],
  ])("is refused with %s in it, and nothing is read", async (_, claim) => {
    const token = await issuer.token(session, { [SESSION_CLAIM]: claim });
    refused(await bearer(token), "the token holds no session");
    expect(world.read).toEqual([]);
  });

  it("ends with its session", async () => {
    const expired = world.roleSession(world.get(roleKey(ACCOUNT, "clerk")), { expiresAt: SECONDS });
    refused(await bearer(await issuer.token(expired)), "the session has expired");
    const token = await issuer.token(session);
    world.remove(roleKey(ACCOUNT, "clerk"));
    refused(await bearer(token), "the session's role was deleted");
  });

  it("is refused when its signature is not by a key that is published now", async () => {
    const token = await issuer.token(session);
    expect((await bearer(token)).kind).toBe("allowed");
    expect((await bearer(token)).kind).toBe("allowed");
    await issuer.rotate();
    refused(await bearer(token), /^ERR_JWKS_NO_MATCHING_KEY: /);
    expect((await bearer(await issuer.token(session))).kind).toBe("allowed");
    world.remove(signingKeysKey(ACCOUNT));
    refused(await bearer(token), "the installation has no signing keys");
  });

  it("imports the signing keys once, until they change", async () => {
    const imported = vi.spyOn(crypto.subtle, "importKey");
    try {
      for (let time = 0; time < 3; time++)
        expect((await bearer(await issuer.token(session))).kind).toBe("allowed");
      expect(imported).toHaveBeenCalledTimes(1);
      // The same keys under another version of their record.
      world.replace(signingKeysKey(ACCOUNT), world.get(signingKeysKey(ACCOUNT)));
      expect((await bearer(await issuer.token(session))).kind).toBe("allowed");
      expect(imported).toHaveBeenCalledTimes(1);
    } finally {
      imported.mockRestore();
    }
  });

  it("has headers that are its holder's own: they need no signature", async () => {
    const service = defineService({
      service: "shop",
      routes: {
        "GET /whoami": {
          action: "shop:Look",
          resource: "*",
          context: { "shop:Team": { header: "x-team" } },
        },
      },
    });
    const Condition = { StringEquals: { "shop:Team": "red" } };
    const own = { name: "own", document: document({ ...allow("shop:Look"), Condition }) };
    world.role("clerk", { inline: [own] });
    const { decide } = world.authorizer({ bearer: BEARER, service });
    const ask = async (team: string) => {
      const authorization = `Bearer ${await issuer.token(session)}`;
      const request = unsignedRequest({ authorization, "x-team": team });
      return (await decide({ ...request, routeKey: "GET /whoami" })).kind;
    };
    expect([await ask("red"), await ask("blue")]).toEqual(["allowed", "forbidden"]);
  });

  it("is refused by another installation whose record of keys has the same version", async () => {
    const token = await issuer.token(session);
    expect((await bearer(token)).kind).toBe("allowed");
    const key = signingKeysKey(ACCOUNT);
    const other = recordWorld();
    await ownIssuer(other);
    const strange = other.get(key);
    const own = world.stored(key);
    world.restore({ ...own, data: strange });
    refused(await bearer(token), /^ERR_JWS_SIGNATURE_VERIFICATION_FAILED: /);
    world.restore(own);
    expect((await bearer(token)).kind).toBe("allowed");
  });

  it("is refused where the record has no keys and had none before", async () => {
    world.remove(signingKeysKey(ACCOUNT));
    refused(await bearer(await issuer.token(session)), "the installation has no signing keys");
  });
});

describe("a provider's token", () => {
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await testProvider();
  });
  afterAll(() => provider.stop());

  const trust = (condition: object = {}, actions: readonly string[] = []) => ({
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Federated: provider.arn },
        Action: ["sts:AssumeRoleWithWebIdentity", ...actions],
        Condition: condition,
      },
    }),
    principalIds: [],
  });
  const asRole = async (claims: object = {}, arn = ROLE) =>
    bearer(await provider.token({ ...claims }), { "x-portcullis-role-arn": arn });
  const NEEDS_ROLE = "the token needs one x-portcullis-role-arn header with a role's ARN";

  beforeEach(() => {
    register(world, provider);
    world.role("web", { ...INVOKE, trust: trust() });
  });

  /** A denial that names no policy: the role does not trust the token. */
  async function notTrusted(answer: Asked, arn = ROLE, subject = "user-42"): Promise<void> {
    expect(answer).toMatchObject({
      kind: "forbidden",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      caller: { account: ACCOUNT, principal: { type: "Federated", provider: provider.arn } },
    });
    expect(answer).not.toHaveProperty("cacheable");
    if (answer.kind !== "forbidden") throw new Error(answer.kind);
    expect(await answer.encodedMessage()).toBe("");
    expect(answer.line).toMatchObject({
      outcome: "implicitDeny",
      reason: `${provider.url}:${subject} is not trusted by ${arn}`,
      account: ACCOUNT,
    });
    expect(answer.line).not.toHaveProperty("principal");
  }

  it("is the role that it names, for this request, by one read", async () => {
    const answer = await asRole();
    expect(answer).toMatchObject({
      kind: "allowed",
      payloadHash: "UNSIGNED-PAYLOAD",
      caller: {
        accessKeyId: "",
        principal: {
          type: "AssumedRole",
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/user-42`,
          userId: "AROAWEB:user-42",
          roleArn: ROLE,
        },
        session: {
          kind: "AssumedRole",
          owner: { kind: "role", name: "web" },
          issuedAt: NOW,
          expiresAt: new Date(NOW.getTime() + 3_600_000),
          federatedProvider: provider.url,
          contextKeys: expect.arrayContaining([
            [`${provider.url}:aud`, CLIENT],
            [`${provider.url}:sub`, "user-42"],
          ]),
        },
      },
    });
    expect(answer.line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    expect(answer.line).not.toHaveProperty("accessKeyId");
    expect(world.read).toEqual([
      {
        by: "get",
        keys: [
          roleKey(ACCOUNT, "web"),
          { ...accountKey(ACCOUNT), partition: expect.stringMatching(/^account\/[0-3]$/) },
          oidcProviderKey(ACCOUNT, provider.url),
        ],
      },
    ]);
  });

  it.each([
    ["strange characters", "a b/c|d", "a-b-c-d"],
    ["what names of sessions may have", "A0_+=,.@-", "A0_+=,.@-"],
    ["one character", "x", "x-"],
    ["two", "xy", "xy"],
    ["more than 64", "x".repeat(65), "x".repeat(64)],
  ])("names the session by its subject: %s", async (_, sub, sessionName) => {
    expect(await asRole({ sub })).toMatchObject({
      kind: "allowed",
      caller: { session: { sessionName } },
    });
  });

  it("names the session for the role's trust policy too", async () => {
    world.role("web", {
      ...INVOKE,
      trust: trust({ StringEquals: { "sts:RoleSessionName": "user-42" } }),
    });
    expect((await asRole()).kind).toBe("allowed");
    await notTrusted(await asRole({ sub: "user-43" }), ROLE, "user-43");
  });

  it("is refused where its subject is no text", async () => {
    refused(
      await asRole({ sub: 42 }),
      "InvalidIdentityToken: The token's subject is no string, is empty or is too long.",
    );
  });

  it("needs one header with a role's ARN", async () => {
    const token = await provider.token();
    refused(await bearer(token), NEEDS_ROLE);
    for (const arn of ["web", `arn:aws:iam::${ACCOUNT}:user/web`, `${ROLE} `])
      refused(await bearer(token, { "x-portcullis-role-arn": arn }), NEEDS_ROLE);
    refused(
      await bearer(token, { "x-portcullis-role-arn": ROLE, "X-Portcullis-Role-Arn": ROLE }),
      NEEDS_ROLE,
    );
    expect(world.read).toEqual([]);
  });

  it("is refused by any other issuer, or where the provider is not registered", async () => {
    refused(
      await asRole({ iss: `http://${provider.url}` }),
      /^InvalidIdentityToken: The ID Token provided is not a valid JWT/,
    );
    world.remove(oidcProviderKey(ACCOUNT, provider.url));
    const asked = provider.requests.length;
    refused(await asRole(), `${provider.url} is not registered in account ${ACCOUNT}`);
    expect(provider.requests).toHaveLength(asked);
    world.account({ id: MEMBER, status: "SUSPENDED" });
    refused(await asRole({}, `arn:aws:iam::${MEMBER}:role/web`), "the account is not active");
  });

  it("is refused where it is another app's or has expired", async () => {
    refused(await asRole({ aud: "another" }), "InvalidIdentityToken: Incorrect token audience");
    refused(await asRole({ exp: SECONDS }), /^ExpiredTokenException: Token expired/);
  });

  it("fails where the provider can't be reached: that is no refusal of the token", async () => {
    const gone = await testProvider();
    register(world, gone);
    const token = await gone.token();
    await gone.stop();
    const answer = await bearer(token, { "x-portcullis-role-arn": ROLE });
    expect(answer.kind).toBe("failed");
    expect(answer.line).toMatchObject({
      outcome: "error",
      reason: /The identity provider that has to verify the token could not be reached/,
    });
  });

  it("is verified with a provider of a private address only where the installation allows it", async () => {
    for (const privateIdentityProviders of [false, undefined]) {
      authorizer = world.authorizer({ bearer: { ...BEARER, privateIdentityProviders } });
      const answer = await asRole();
      expect(answer.kind).not.toBe("allowed");
      expect(answer.line?.outcome).toMatch(/^(?:error|unauthenticated)$/);
    }
  });

  it("is denied a role that does not trust it, or is not there, in one and the same way", async () => {
    await notTrusted(await asRole({}, `${ROLE}2`), `${ROLE}2`);
    // The same name under a path is another ARN.
    const path = `arn:aws:iam::${ACCOUNT}:role/path/web`;
    await notTrusted(await asRole({}, path), path);
    world.role("web", { ...INVOKE, trust: trust({ StringEquals: { "aws:PrincipalType": "x" } }) });
    await notTrusted(await asRole());
    world.role("web", { ...INVOKE });
    await notTrusted(await asRole());
  });

  it.each([
    ["the token", () => ({ StringEquals: { [`${provider.url}:sub`]: "user-42" } }), true],
    ["another token", () => ({ StringEquals: { [`${provider.url}:sub`]: "user-43" } }), false],
    ["its address", () => ({ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }), true],
    ["another address", () => ({ IpAddress: { "aws:SourceIp": "198.51.100.0/24" } }), false],
    ["its time", () => ({ DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:01Z" } }), true],
    [
      "an earlier time",
      () => ({ DateLessThan: { "aws:CurrentTime": "2029-12-31T00:00:00Z" } }),
      false,
    ],
    ["a tag of the role", () => ({ StringEquals: { "aws:ResourceTag/k": "v" } }), true],
    ["another tag", () => ({ StringEquals: { "aws:ResourceTag/k": "w" } }), false],
    ["its account", () => ({ StringEquals: { "aws:ResourceAccount": ACCOUNT } }), true],
  ])("is trusted by %s", async (_, condition, isTrusted) => {
    const tags = [{ key: "k", value: "v" }];
    world.role("web", { ...INVOKE, tags, trust: trust(condition()) });
    if (isTrusted) expect((await asRole()).kind).toBe("allowed");
    else await notTrusted(await asRole());
  });

  it.each([
    [
      "tags",
      "sts:TagSession",
      { "https://aws.amazon.com/tags": { principal_tags: { team: ["red"] } } },
      { caller: { tags: [{ key: "team", value: "red" }] } },
    ],
    [
      "a source identity",
      "sts:SetSourceIdentity",
      { "https://aws.amazon.com/source_identity": "boss" },
      { caller: { session: { sourceIdentity: "boss" } } },
    ],
  ])(
    "brings %s only where the role's trust policy allows %s",
    async (_, action, claims, caller) => {
      await notTrusted(await asRole(claims));
      world.role("web", { ...INVOKE, trust: trust({}, [action]) });
      expect(await asRole(claims)).toMatchObject({ kind: "allowed", ...caller });
    },
  );

  it("is bound by the guardrails of the role's account", async () => {
    world.organization({ attached: { "r-ab12": ["p-one"] } });
    world.account({
      id: MEMBER,
      organizationId: "o-a1b2c3d4e5",
      organizationPath: ["r-ab12"],
      serviceControlPolicies: ["p-FullAWSAccess"],
    });
    register(world, provider, MEMBER);
    const arn = `arn:aws:iam::${MEMBER}:role/web`;
    const document = trust().document.replaceAll(`:${ACCOUNT}:`, `:${MEMBER}:`);
    world.role("web", { ...INVOKE, account: MEMBER, trust: { document, principalIds: [] } });
    const guardrail = (statement: object) =>
      world.guardrail("p-one", JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
    guardrail(allow("*"));
    expect((await asRole({}, arn)).kind).toBe("allowed");
    guardrail(allow("orders:*"));
    world.organization({ attached: { "r-ab12": ["p-one"] } });
    const answer = await asRole({}, arn);
    expect(answer.kind).toBe("forbidden");
    expect(answer.line).toMatchObject({
      outcome: "implicitDeny",
      reason: "no service control policy allows it",
    });
  });
});
