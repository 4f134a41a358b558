import { beforeAll, describe, expect, test } from "vitest";
import { rolePolicy } from "./deployed/aws.ts";
import { AWS, type Deployment, ofType, PLACE, role, roles, sampleStage } from "./deployment.ts";

/** Twelve characters, whichever. */
const ANY_ACCOUNT = "????????????";

let production: Deployment;
let personal: Deployment;
let dev: Deployment;

beforeAll(async () => {
  [production, personal, dev] = await Promise.all([
    sampleStage("production"),
    sampleStage("personal"),
    sampleStage("dev"),
  ]);
}, 120_000);

const deployed = () => [production, personal];

describe("execution roles", () => {
  const table = `${AWS}dynamodb:${PLACE}:table/portcullis-production-identity`;
  const statement = (Action: readonly string[], Resource: string) => ({
    Effect: "Allow",
    Action,
    Resource: [Resource],
  });
  /** Only for what belongs to this installation: another's wrapped keys can't be opened with it. */
  const useKey = (Action: readonly string[]) => ({
    ...statement(Action, `${AWS}kms:${PLACE}:key/IdentityKey-id`),
    Condition: {
      StringEquals: { "kms:EncryptionContext:portcullis:installation": ["portcullis-production"] },
    },
  });
  const useSigningKeys = (action: string) => ({
    Effect: "Allow",
    Action: [action],
    Resource: ["ES384", "RS256"].map(
      (algorithm) => `${AWS}kms:${PLACE}:key/IdentitySigningKey${algorithm}-id`,
    ),
  });
  const ownLog = (name: string) =>
    statement(
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      `${AWS}logs:${PLACE}:log-group:/aws/lambda/portcullis-production-${name}:*`,
    );

  const READS = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
  ];
  const WRITES = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
  const management = (partitions: readonly string[]) =>
    partitions.map((each) => `100000000000#${each}`);
  const where = (test: "StringLike" | "StringNotLike", keys: readonly string[]) => ({
    Condition: { [`ForAllValues:${test}`]: { "dynamodb:LeadingKeys": keys } },
  });
  const organization = management([
    "account-requests",
    "children/*",
    "delegated-administrators",
    "email/*",
    "member/*",
    "members",
    "organization/*",
    "organization-settings",
    "organizational-unit/*",
    "ou-name/*",
    "policy-name/*",
    "service-control-policies",
    "service-control-policy/*",
  ]);

  test("iam reads and writes the identity table, but for the sealing keys and the organization", () => {
    expect(role(production, "ControlIam").statements).toEqual([
      statement(READS, table),
      {
        ...statement(WRITES, table),
        ...where("StringNotLike", [
          ...management(["keyring", "signing-keys", "sign-in-attempts/*"]),
          ...organization,
          ...["login-session/*", "used-proof/*"].map((each) => `${ANY_ACCOUNT}#${each}`),
          "000000000000#installation",
        ]),
      },
      useKey(["kms:Decrypt"]),
      ownLog("iam"),
    ]);
  });

  test("organizations writes the organization, and what an account has from the start", () => {
    const roles = ["role/*", "roles", "roles-by-name"];
    const opened = ["account/*", "account-counts", "policy-usage/*", ...roles, "root"];
    expect(role(production, "ControlOrganizations").statements).toEqual([
      statement(READS, table),
      {
        ...statement(WRITES, table),
        ...where("StringLike", [
          ...organization,
          ...[...opened, "audit/*"].map((each) => `${ANY_ACCOUNT}#${each}`),
        ]),
      },
      useKey(["kms:Decrypt"]),
      ownLog("organizations"),
    ]);
  });

  test("access-analyzer reads, and writes only analyzers, findings, generated policies and audit events", () => {
    expect(role(production, "ControlAccessAnalyzer").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:Query"], table),
      {
        ...statement(WRITES, table),
        ...where(
          "StringLike",
          ["analyzer-findings/*", "analyzers", "policy-generations", "audit/*"].map(
            (each) => `${ANY_ACCOUNT}#${each}`,
          ),
        ),
      },
      useKey(["kms:Decrypt"]),
      ownLog("access_analyzer"),
    ]);
  });

  test("access-evaluation reads, and writes nothing", () => {
    expect(role(production, "ControlAccessEvaluation").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:GetItem"], table),
      useKey(["kms:Decrypt"]),
      ownLog("access_evaluation"),
    ]);
  });

  test("only the deployment's own function makes sealing keys", () => {
    expect(role(production, "SetupFunction").statements).toEqual([
      {
        ...statement(["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], table),
        ...where("StringLike", [
          ...management(["account/*", "key/*", "keyring", "root", "signing-keys"]),
          "000000000000#installation",
        ]),
      },
      useKey(["kms:Decrypt", "kms:Encrypt"]),
      useSigningKeys("kms:GetPublicKey"),
      ownLog("setup"),
    ]);
  });

  test.each([
    ["ControlIam", "100000000000#user/ana", true],
    ["ControlIam", "100000000000#keyring", false],
    ["ControlIam", "222222222222#login-session/1", false],
    ["ControlIam", "100000000000#organization/0", false],
    ["ControlIam", "000000000000#installation", false],
    ["ControlOrganizations", "000000000000#installation", false],
    ["ControlIam", "100000000000#service-control-policy/p-12345678", false],
    ["ControlOrganizations", "100000000000#organization/0", true],
    ["ControlOrganizations", "222222222222#role/organizationaccountaccessrole", true],
    ["ControlOrganizations", "222222222222#user/ana", false],
    ["ControlOrganizations", "222222222222#organization/0", false],
    ["ControlOrganizations", "100000000000#key/AKIAIOSFODNN7EXAMPLE", false],
    ["SetupFunction", "100000000000#keyring", true],
    ["SetupFunction", "222222222222#root", false],
    ["ControlSts", "100000000000#user/ana", false],
    ["OrdersProtectionFunction", "100000000000#user/ana", false],
    ["OrdersFunction", "100000000000#user/ana", false],
  ])("%s writing %s: %s", (name, partitionKey, allowed) => {
    const mayCall = rolePolicy(role(production, name).statements);
    const context = { "dynamodb:LeadingKeys": [partitionKey] };
    expect(mayCall({ action: "dynamodb:PutItem", resource: table, context })).toBe(allowed);
  });

  test.each([
    ["ControlSignIn", "222222222222#user/ana", true],
    ["ControlSignIn", "222222222222#key/AKIAIOSFODNN7EXAMPLE", false],
    ["ControlSignIn", "222222222222#role/admin", false],
    ["ControlSignIn", "100000000000#signing-keys", false],
    ["ControlIssuer", "100000000000#signing-keys", true],
    ["ControlIssuer", "100000000000#keyring", false],
    ["ControlIssuer", "222222222222#user/ana", false],
    ["SetupFunction", "222222222222#user/ana", false],
    ["UsageFunction", "222222222222#user/ana", false],
  ])("%s reading %s: %s", (name, partitionKey, allowed) => {
    const mayCall = rolePolicy(role(production, name).statements);
    const context = { "dynamodb:LeadingKeys": [partitionKey] };
    expect(mayCall({ action: "dynamodb:BatchGetItem", resource: table, context })).toBe(allowed);
  });

  test("sts reads, and writes only what was used", () => {
    expect(role(production, "ControlSts").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:GetItem"], table),
      {
        ...statement(["dynamodb:PutItem", "dynamodb:UpdateItem"], table),
        ...where("StringLike", [`${ANY_ACCOUNT}#mfa-use/*`, `${ANY_ACCOUNT}#used-assertion/*`]),
      },
      useKey(["kms:Decrypt"]),
      useSigningKeys("kms:Sign"),
      ownLog("sts"),
    ]);
  });

  test("the sign-in reads whom a password is of, and writes attempts, used codes, logins, when it was used and a recovered root user", () => {
    const logins = ["login-session/*", "used-proof/*"];
    const people = ["account/*", "mfa-device/*", "password-policy", "root", "user/*"];
    const of = [...people, "mfa-use/*", ...logins];
    expect(role(production, "ControlSignIn").statements).toEqual([
      {
        ...statement(["dynamodb:BatchGetItem"], table),
        ...where("StringLike", [
          ...management(["account-alias/*", "keyring", "sign-in-attempts/*"]),
          ...of.map((each) => `${ANY_ACCOUNT}#${each}`),
        ]),
      },
      {
        ...statement(WRITES, table),
        ...where("StringLike", [
          ...management(["sign-in-attempts/*"]),
          `${ANY_ACCOUNT}#mfa-use/*`,
          `${ANY_ACCOUNT}#password-use/*`,
          ...logins.map((each) => `${ANY_ACCOUNT}#${each}`),
        ]),
      },
      {
        ...statement(["dynamodb:UpdateItem"], table),
        ...where("StringLike", [`${ANY_ACCOUNT}#root`]),
      },
      useKey(["kms:Decrypt"]),
      ownLog("signin"),
    ]);
  });

  test("the issuer reads the signing keys, and opens nothing", () => {
    expect(role(production, "ControlIssuer").statements).toEqual([
      {
        ...statement(["dynamodb:BatchGetItem"], table),
        ...where("StringLike", management(["signing-keys"])),
      },
      ownLog("issuer"),
    ]);
  });

  test("usage writes what was used, denied and done, reads what it adds to, and opens nothing", () => {
    const ofAny = (...partitions: string[]) => partitions.map((each) => `${ANY_ACCOUNT}#${each}`);
    const sums = ofAny("access-counts/*", "dropped-records/*");
    const noted = [...ofAny("key-usage/*", "last-accessed/*", "last-used/*"), ...sums];
    const recorded = ofAny("decision-request/*", "decisions/*", "audit/*");
    expect(role(production, "UsageFunction").statements).toEqual([
      {
        ...statement(["dynamodb:BatchGetItem"], table),
        ...where("StringLike", [...noted, `${ANY_ACCOUNT}#key/*`]),
      },
      {
        ...statement(["dynamodb:PutItem", "dynamodb:UpdateItem"], table),
        ...where("StringLike", [...noted, ...recorded]),
      },
      ownLog("usage"),
    ]);
  });

  test("portcullis reads, and writes traces, archived findings and their events", () => {
    expect(role(production, "ControlPortcullis").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"], table),
      {
        ...statement(["dynamodb:UpdateItem"], table),
        ...where(
          "StringLike",
          ["account/*", "account-counts", "audit/*"].map((each) => `${ANY_ACCOUNT}#${each}`),
        ),
      },
      {
        ...statement(["dynamodb:DeleteItem", "dynamodb:PutItem"], table),
        ...where("StringLike", [`${ANY_ACCOUNT}#archived-findings`]),
      },
      useKey(["kms:Decrypt"]),
      ownLog("portcullis"),
    ]);
  });

  test("cloudtrail reads and writes nothing", () => {
    expect(role(production, "ControlCloudTrail").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"], table),
      useKey(["kms:Decrypt"]),
      ownLog("cloudtrail"),
    ]);
  });

  test("the authorizer reads by key and does nothing else", () => {
    expect(role(production, "OrdersProtectionFunction").statements).toEqual([
      statement(["dynamodb:BatchGetItem", "dynamodb:GetItem"], table),
      useKey(["kms:Decrypt"]),
      ownLog("authorizer_orders"),
    ]);
  });

  test("the sample API has its own table and no part in the identity store", () => {
    expect(role(production, "OrdersFunction").statements).toEqual([
      statement(
        ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
        `${AWS}dynamodb:${PLACE}:table/portcullis-production-orders`,
      ),
      ownLog("orders"),
    ]);
  });

  test("no function shares a role, and none has a managed policy", () => {
    for (const stage of deployed()) {
      const used = ofType(stage, "aws:lambda/function:Function").map(({ inputs }) => inputs.role);
      expect(new Set(used).size).toBe(13);
      expect(roles(stage)).toHaveLength(13);
      expect(roles(stage).flatMap(({ managedPolicies }) => managedPolicies)).toEqual([]);
    }
  });

  test("only Lambda may assume them: SST 4.17.1 would trust the whole account", () => {
    for (const stage of deployed()) {
      for (const { trust } of roles(stage)) {
        expect(trust).toEqual([
          expect.objectContaining({
            Action: "sts:AssumeRole",
            Principal: { Service: "lambda.amazonaws.com" },
          }),
        ]);
      }
      expect(JSON.stringify(ofType(stage, "aws:iam/role:Role"))).not.toContain(":root");
    }
  });

  test("under `sst dev` the local worker can assume them too", () => {
    expect(roles(dev)).toHaveLength(13);
    const live = roles(dev).filter(({ trust }) =>
      JSON.stringify(trust).includes("arn:aws:iam::123456789012:root"),
    );
    expect(live).toHaveLength(11);
    expect(JSON.stringify(role(dev, "SetupFunction").trust)).not.toContain(":root");
  });
});
