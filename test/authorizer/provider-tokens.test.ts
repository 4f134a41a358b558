import { accountKey } from "@portcullis/iam/record/account";
import { oidcProviderKey } from "@portcullis/iam/record/oidc-provider";
import { roleKey } from "@portcullis/iam/record/role";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allow } from "../support/people.ts";
import {
  ACCOUNT,
  type Asked,
  NOW,
  type RecordWorld,
  recordWorld,
} from "../support/record-world.ts";
import {
  BEARER,
  CLIENT,
  register,
  type TestProvider,
  testProvider,
} from "../support/token-issuers.ts";
import { bearer, INVOKE, MEMBER, refusedToken, SECONDS } from "./refused.ts";

/** Tokens of an OIDC provider: the role session, or why there is none. */
const ROLE = `arn:aws:iam::${ACCOUNT}:role/web`;

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer({ bearer: BEARER });
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
    bearer(authorizer, await provider.token({ ...claims }), { "x-portcullis-role-arn": arn });
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
    refusedToken(
      await asRole({ sub: 42 }),
      "InvalidIdentityToken: The token's subject is no string, is empty or is too long.",
    );
  });

  it("needs one header with a role's ARN", async () => {
    const token = await provider.token();
    refusedToken(await bearer(authorizer, token), NEEDS_ROLE);
    for (const arn of ["web", `arn:aws:iam::${ACCOUNT}:user/web`, `${ROLE} `])
      refusedToken(await bearer(authorizer, token, { "x-portcullis-role-arn": arn }), NEEDS_ROLE);
    refusedToken(
      await bearer(authorizer, token, {
        "x-portcullis-role-arn": ROLE,
        "X-Portcullis-Role-Arn": ROLE,
      }),
      NEEDS_ROLE,
    );
    expect(world.read).toEqual([]);
  });

  it("is refused by any other issuer, or where the provider is not registered", async () => {
    refusedToken(
      await asRole({ iss: `http://${provider.url}` }),
      /^InvalidIdentityToken: The ID Token provided is not a valid JWT/,
    );
    world.remove(oidcProviderKey(ACCOUNT, provider.url));
    const asked = provider.requests.length;
    refusedToken(await asRole(), `${provider.url} is not registered in account ${ACCOUNT}`);
    expect(provider.requests).toHaveLength(asked);
    world.account({ id: MEMBER, status: "SUSPENDED" });
    refusedToken(await asRole({}, `arn:aws:iam::${MEMBER}:role/web`), "the account is not active");
  });

  it("is refused where it is another app's or has expired", async () => {
    refusedToken(
      await asRole({ aud: "another" }),
      "InvalidIdentityToken: Incorrect token audience",
    );
    refusedToken(await asRole({ exp: SECONDS }), /^ExpiredTokenException: Token expired/);
  });

  it("fails where the provider can't be reached: that is no refusal of the token", async () => {
    const gone = await testProvider();
    register(world, gone);
    const token = await gone.token();
    await gone.stop();
    const answer = await bearer(authorizer, token, { "x-portcullis-role-arn": ROLE });
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
