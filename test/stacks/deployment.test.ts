import { ordersService } from "@portcullis/example-orders";
import { beforeAll, describe, expect, test } from "vitest";
import { rolePolicy } from "./deployed/aws.ts";
import {
  type Deployment,
  deployment,
  environment,
  filesBeside,
  ofType,
  ROOT_KEY,
  ROOT_PASSWORD,
  resource,
  role,
  roles,
} from "./deployment.ts";

const AWS = "arn:aws:";
const PLACE = "eu-west-1:123456789012";
/** Twelve characters, whichever. */
const ANY_ACCOUNT = "????????????";

let production: Deployment;
let personal: Deployment;
let dev: Deployment;

beforeAll(async () => {
  [production, personal] = await Promise.all([
    deployment({ stage: "production", secrets: { ...ROOT_KEY, ...ROOT_PASSWORD } }),
    deployment({ stage: "alice" }),
  ]);
  dev = await deployment({ stage: "alice", dev: true });
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

describe("the identity store", () => {
  const TABLE = ["aws:dynamodb/table:Table", "IdentityTableTable"] as const;

  test("has the keys, the expiry and the point-in-time recovery that the store relies on", () => {
    for (const stage of [production, personal, dev]) {
      expect(resource(stage, ...TABLE).inputs).toMatchObject({
        name: `portcullis-${stage.app.stage}-identity`,
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
        ],
        hashKey: "pk",
        rangeKey: "sk",
        billingMode: "PAY_PER_REQUEST",
        pointInTimeRecovery: { enabled: true },
        ttl: { attributeName: "t", enabled: true },
      });
    }
  });

  test("rotates the key that wraps its keys", () => {
    for (const stage of [production, personal, dev]) {
      expect(resource(stage, "aws:kms/key:Key", "IdentityKey").inputs).toMatchObject({
        enableKeyRotation: true,
      });
    }
  });

  test("can't be deleted in production: not by a deployment, not in the console, not by removing the stage", () => {
    expect(production.app).toMatchObject({ removal: "retain", protect: true });
    const table = resource(production, ...TABLE);
    expect(table).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { deletionProtectionEnabled: true },
    });
    const key = resource(production, "aws:kms/key:Key", "IdentityKey");
    expect(key).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { deletionWindowInDays: 30 },
    });
    for (const algorithm of ["ES384", "RS256"]) {
      expect(
        resource(production, "aws:kms/key:Key", `IdentitySigningKey${algorithm}`),
      ).toMatchObject({
        protect: true,
        retainOnDelete: true,
        inputs: { keyUsage: "SIGN_VERIFY" },
      });
    }
    expect(resource(production, "aws:dynamodb/table:Table", "OrdersTableTable")).toMatchObject({
      retainOnDelete: true,
      inputs: { deletionProtectionEnabled: true },
    });
  });

  test("goes with any other stage", () => {
    for (const stage of [personal, dev]) {
      expect(stage.app).toMatchObject({ removal: "remove", protect: false });
      expect(
        stage.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete),
      ).toEqual([]);
      expect(resource(stage, ...TABLE).inputs).toMatchObject({ deletionProtectionEnabled: false });
      expect(ofType(stage, "aws:kms/key:Key")).toHaveLength(1);
    }
  });
});

describe("the protected API", () => {
  test("asks the authorizer about every request, requires no header of its own and remembers no answer", () => {
    for (const stage of [production, personal, dev]) {
      expect(ofType(stage, "aws:apigatewayv2/authorizer:Authorizer")).toHaveLength(1);
      const { inputs } = resource(
        stage,
        "aws:apigatewayv2/authorizer:Authorizer",
        "OrdersAuthorizerPortcullisAuthorizer",
      );
      expect(inputs).toMatchObject({
        apiId: "OrdersApi-id",
        authorizerType: "REQUEST",
        authorizerPayloadFormatVersion: "2.0",
        enableSimpleResponses: true,
        authorizerResultTtlInSeconds: 0,
        identitySources: [],
      });
      expect(inputs.authorizerUri).toContain(
        `function:portcullis-${stage.app.stage}-authorizer_orders/invocations`,
      );
    }
  });

  test("has the sample's routes, each behind the authorizer", () => {
    const routes = ofType(production, "aws:apigatewayv2/route:Route").filter(
      ({ inputs }) => inputs.apiId === "OrdersApi-id",
    );
    expect(routes.map(({ inputs }) => inputs.routeKey).sort()).toEqual([
      "DELETE /orders/{orderId}",
      "GET /accounts/{accountId}/orders/{orderId}",
      "GET /orders",
      "GET /orders/{orderId}",
      "GET /whoami",
      "POST /orders",
    ]);
    for (const { inputs } of routes) {
      expect(inputs).toMatchObject({
        authorizationType: "CUSTOM",
        authorizerId: "OrdersAuthorizerPortcullisAuthorizer-id",
      });
    }
  });

  test("may invoke the authorizer, for that authorizer alone", () => {
    expect(
      resource(
        production,
        "aws:lambda/permission:Permission",
        "OrdersAuthorizerPortcullisPermission",
      ).inputs,
    ).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${AWS}execute-api:${PLACE}:OrdersApi-id/authorizers/OrdersAuthorizerPortcullisAuthorizer-id`,
    });
  });
});

describe("the control API", () => {
  test("serves each service by its own function, with and without a slash at the end", () => {
    const targets = new Map(
      ofType(production, "aws:apigatewayv2/integration:Integration").map(({ name, inputs }) => [
        `integrations/${name}-id`,
        inputs.integrationUri,
      ]),
    );
    const routes = ofType(production, "aws:apigatewayv2/route:Route")
      .filter(({ inputs }) => inputs.apiId === "ControlApi-id")
      .map(({ inputs }) => [
        inputs.routeKey,
        targets.get(String(inputs.target)),
        inputs.authorizationType,
      ]);
    const fn = (name: string) => `${AWS}lambda:${PLACE}:function:portcullis-production-${name}`;
    expect(routes.sort()).toEqual([
      ["ANY /access-analyzer", fn("access_analyzer"), "NONE"],
      ["ANY /access-analyzer/{proxy+}", fn("access_analyzer"), "NONE"],
      ["ANY /cloudtrail", fn("cloudtrail"), "NONE"],
      ["ANY /cloudtrail/{proxy+}", fn("cloudtrail"), "NONE"],
      ["ANY /iam", fn("iam"), "NONE"],
      ["ANY /iam/{proxy+}", fn("iam"), "NONE"],
      ["ANY /organizations", fn("organizations"), "NONE"],
      ["ANY /organizations/{proxy+}", fn("organizations"), "NONE"],
      ["ANY /portcullis", fn("portcullis"), "NONE"],
      ["ANY /portcullis/{proxy+}", fn("portcullis"), "NONE"],
      ["ANY /signin", fn("signin"), "NONE"],
      ["ANY /sts", fn("sts"), "NONE"],
      ["ANY /sts/{proxy+}", fn("sts"), "NONE"],
      ["GET /.well-known/authzen-configuration", fn("access_evaluation"), "NONE"],
      ["GET /.well-known/jwks.json", fn("issuer"), "NONE"],
      ["GET /.well-known/openid-configuration", fn("issuer"), "NONE"],
      ["GET /signin/v1/authorize", fn("signin"), "NONE"],
      ["GET /v1/authorize", fn("signin"), "NONE"],
      ["POST /access/v1/evaluation", fn("access_evaluation"), "NONE"],
      ["POST /access/v1/evaluations", fn("access_evaluation"), "NONE"],
      ["POST /signin/v1/token", fn("signin"), "NONE"],
      ["POST /v1/token", fn("signin"), "NONE"],
    ]);
  });

  test("is closed to browsers of other origins, as is the sample", () => {
    for (const stage of [production, personal, dev]) {
      for (const { inputs } of ofType(stage, "aws:apigatewayv2/api:Api"))
        expect(inputs.corsConfiguration).toEqual({});
    }
  });
});

describe("functions", () => {
  const store = {
    PORTCULLIS_TABLE: "portcullis-production-identity",
    PORTCULLIS_KMS_KEY: `${AWS}kms:${PLACE}:key/IdentityKey-id`,
    PORTCULLIS_ACCOUNT_ID: "100000000000",
    PORTCULLIS_INSTALLATION: "portcullis-production",
  };
  const issuer = { PORTCULLIS_ISSUER: "https://ControlApi-id.execute-api.eu-west-1.amazonaws.com" };

  test("are told names, and no secret", () => {
    const control = {
      ...store,
      ...issuer,
      PORTCULLIS_APIS: "protected-apis.json",
      PORTCULLIS_CONSOLE_ORIGIN: "https://consolecdndistribution-id.cloudfront.net",
    };
    expect(environment(production, "ControlIam")).toEqual(control);
    expect(environment(production, "ControlSts")).toEqual(control);
    expect(environment(production, "ControlSignIn")).toEqual(control);
    expect(environment(production, "ControlIssuer")).toEqual({ ...store, ...issuer });
    expect(environment(production, "ControlOrganizations")).toEqual(control);
    expect(environment(production, "ControlCloudTrail")).toEqual(control);
    expect(environment(production, "ControlPortcullis")).toEqual(control);
    expect(environment(production, "SetupFunction")).toEqual(store);
    expect(environment(production, "OrdersProtectionFunction")).toEqual({
      ...store,
      ...issuer,
      PORTCULLIS_API_ID: "orders",
    });
    expect(environment(production, "UsageFunction")).toEqual({
      PORTCULLIS_TABLE: "portcullis-production-identity",
    });
    expect(environment(production, "OrdersFunction")).toEqual({
      ORDERS_TABLE: "portcullis-production-orders",
    });
    for (const { inputs } of ofType(production, "aws:lambda/function:Function")) {
      expect(JSON.stringify(inputs)).not.toContain(ROOT_KEY.RootSecretAccessKey);
      expect(JSON.stringify(inputs)).not.toContain(ROOT_PASSWORD.RootPassword);
    }
  });

  test("of the control API have the protected APIs beside their code", () => {
    const apis = [
      {
        apiId: "orders",
        service: ordersService,
        routes: [...Object.keys(ordersService.routes), "GET /whoami"],
        kind: "HTTP",
        stage: "$default",
      },
    ];
    for (const name of [
      "Iam",
      "Sts",
      "SignIn",
      "AccessAnalyzer",
      "AccessEvaluation",
      "Portcullis",
    ]) {
      const files = filesBeside(production, `Control${name}`);
      expect(Object.keys(files)).toEqual(["protected-apis.json"]);
      expect(JSON.parse(files["protected-apis.json"] ?? "")).toEqual(apis);
    }
    for (const name of ["SetupFunction", "UsageFunction", "OrdersProtectionFunction"])
      expect(filesBeside(production, name)).toEqual({});
  });

  test("never get the root key or password, but for the deployment's own, which is handed it when it runs", () => {
    const { inputs } = resource(production, "aws:lambda/invocation:Invocation", "SetupRun");
    expect(inputs.functionName).toBe("portcullis-production-setup");
    expect(JSON.parse(String(inputs.input))).toEqual({
      rootKey: {
        accessKeyId: ROOT_KEY.RootAccessKeyId,
        secretAccessKey: ROOT_KEY.RootSecretAccessKey,
      },
      rootEmail: "root@localhost",
      rootPassword: ROOT_PASSWORD.RootPassword,
      signingKeys: {
        ES384: `${AWS}kms:${PLACE}:key/IdentitySigningKeyES384-id`,
        RS256: `${AWS}kms:${PLACE}:key/IdentitySigningKeyRS256-id`,
      },
    });
    expect(production.builds.flatMap(({ links }) => links)).toEqual([]);
  });

  test("run on Node 24 on arm64, and give up before who called them does", () => {
    const CALLER_SECONDS: Record<string, number> = {
      ControlIamFunction: 30,
      ControlStsFunction: 30,
      ControlOrganizationsFunction: 30,
      ControlAccessAnalyzerFunction: 30,
      ControlAccessEvaluationFunction: 30,
      ControlCloudTrailFunction: 30,
      ControlPortcullisFunction: 30,
      ControlIssuerFunction: 30,
      ControlSignInFunction: 30,
      OrdersFunctionFunction: 30,
      OrdersProtectionFunctionFunction: 10,
      SetupFunctionFunction: 900,
      UsageFunctionFunction: 900,
    };
    for (const { name, inputs } of ofType(production, "aws:lambda/function:Function")) {
      expect(inputs).toMatchObject({ runtime: "nodejs24.x", architectures: ["arm64"] });
      expect(inputs.timeout).toBeLessThan(CALLER_SECONDS[name] ?? 0);
    }
  });

  test("keep their logs for a year in production, a week elsewhere", () => {
    const days = (stage: Deployment) =>
      new Set(
        ofType(stage, "aws:cloudwatch/logGroup:LogGroup").map(
          ({ inputs }) => inputs.retentionInDays,
        ),
      );
    expect(days(production)).toEqual(new Set([365]));
    expect(days(personal)).toEqual(new Set([7]));
    expect(ofType(production, "aws:cloudwatch/logGroup:LogGroup")).toHaveLength(15);
  });
});

describe("the decision log", () => {
  test("is handed to the function that learns from it, by those who decide and nobody else", () => {
    const observed = [
      "access_analyzer",
      "access_evaluation",
      "authorizer_orders",
      "cloudtrail",
      "iam",
      "organizations",
      "portcullis",
      "signin",
      "sts",
    ];
    const filters = ofType(
      production,
      "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
    );
    expect(filters.map(({ inputs }) => inputs.logGroup).sort()).toEqual(
      observed.map((part) => `/aws/lambda/portcullis-production-${part}`),
    );
    for (const { inputs } of filters) {
      expect(inputs.filterPattern).toBe(
        '{ ($.type = "decision") && ($.outcome != "unauthenticated") && ($.outcome != "error") }',
      );
      expect(inputs.destinationArn).toBe(
        `${AWS}lambda:${PLACE}:function:portcullis-production-usage`,
      );
    }
    const invoked = ofType(production, "aws:lambda/permission:Permission").filter(
      ({ inputs }) => inputs.principal === "logs.amazonaws.com",
    );
    expect(invoked.map(({ inputs }) => inputs.sourceArn).sort()).toEqual(
      observed.map(
        (part) => `${AWS}logs:${PLACE}:log-group:/aws/lambda/portcullis-production-${part}:*`,
      ),
    );
  });
});

describe("the root key", () => {
  test("is made up and shown where a stage is thrown away, never where it is kept", () => {
    expect(personal.outputs).toMatchObject({
      rootAccessKeyId: expect.stringMatching(/^ROOT\w{16}$/),
      rootSecretAccessKey: expect.stringMatching(/^\w{40}$/),
      rootPassword: expect.stringMatching(/^\w{24}$/),
    });
    expect(Object.keys(production.outputs).sort()).toEqual([
      "_protect",
      "access_analyzer",
      "alarms",
      "cloudtrail",
      "console",
      "iam",
      "key",
      "orders",
      "organizations",
      "portcullis",
      "signin",
      "sts",
      "table",
    ]);
  });
});

describe("traffic limits", () => {
  const reserved = (stage: Deployment) =>
    Object.fromEntries(
      ofType(stage, "aws:lambda/function:Function").flatMap(({ inputs }) => {
        const { reservedConcurrentExecutions: count, name } = inputs;
        return typeof count === "number" && count >= 0
          ? [[String(name).replace(/^portcullis-\w+-/, ""), count]]
          : [];
      }),
    );

  test("throttle each route of the control API, in every stage", () => {
    for (const stage of [production, personal, dev]) {
      const [control] = ofType(stage, "aws:apigatewayv2/stage:Stage").filter(
        ({ inputs }) => inputs.apiId === "ControlApi-id",
      );
      expect(control?.inputs.defaultRouteSettings).toEqual({
        throttlingRateLimit: 200,
        throttlingBurstLimit: 400,
      });
    }
  });

  test("keep a part of the AWS account's concurrency from every function but the authorizers", () => {
    expect(reserved(production)).toEqual({
      iam: 50,
      sts: 100,
      organizations: 20,
      access_analyzer: 20,
      access_evaluation: 50,
      cloudtrail: 10,
      portcullis: 10,
      issuer: 50,
      signin: 20,
    });
  });

  test("reserve nothing in a stage that is thrown away", () => {
    expect(reserved(personal)).toEqual({});
    expect(reserved(dev)).toEqual({});
  });
});

describe("monitoring", () => {
  const alarms = (stage: Deployment) =>
    ofType(stage, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) =>
      String(inputs.name).replace("portcullis-production-", ""),
    );

  test("watches everything that is deployed, and tells one topic", () => {
    expect(alarms(production).sort()).toEqual([
      "access_analyzer_errors",
      "access_analyzer_throttles",
      "access_evaluation_errors",
      "access_evaluation_throttles",
      "cloudtrail_errors",
      "cloudtrail_throttles",
      "control_4xx",
      "control_5xx",
      "control_latency",
      "iam_errors",
      "iam_throttles",
      "issuer_errors",
      "issuer_throttles",
      "orders_4xx",
      "orders_5xx",
      "orders_authorizer_decisions",
      "orders_authorizer_throttles",
      "orders_errors",
      "orders_latency",
      "orders_throttles",
      "organizations_errors",
      "organizations_throttles",
      "portcullis_errors",
      "portcullis_throttles",
      "setup_errors",
      "setup_throttles",
      "signin_errors",
      "signin_throttles",
      "sts_errors",
      "sts_throttles",
      "table_reads",
      "table_writes",
      "usage_errors",
      "usage_throttles",
    ]);
    const topic = `${AWS}sns:${PLACE}:portcullis-production-alarms`;
    for (const { inputs } of ofType(production, "aws:cloudwatch/metricAlarm:MetricAlarm")) {
      expect(inputs).toMatchObject({ alarmActions: [topic], okActions: [topic] });
    }
    expect(production.outputs.alarms).toBe(topic);
  });

  test("counts an authorizer's failed decisions by its log, since each 401 counts as an error of its function", () => {
    expect(
      resource(
        production,
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        "MonitoringFailedDecisions_orders_authorizer",
      ).inputs,
    ).toMatchObject({
      logGroupName: "/aws/lambda/portcullis-production-authorizer_orders",
      pattern: '{ $.type = "decision" && $.outcome = "error" }',
    });
  });

  test("shows a graph of each", () => {
    const { inputs } = resource(
      production,
      "aws:cloudwatch/dashboard:Dashboard",
      "MonitoringDashboard",
    );
    const { widgets }: { widgets: unknown[] } = JSON.parse(String(inputs.dashboardBody));
    expect(widgets).toHaveLength(alarms(production).length);
  });

  test("costs nothing in a stage that is thrown away", () => {
    expect(alarms(personal)).toEqual([]);
    expect(ofType(personal, "aws:cloudwatch/dashboard:Dashboard")).toEqual([]);
  });
});

describe("an API that is observed", () => {
  test("is told so, and an alarm lasts as long as it is", async () => {
    const observed = await deployment({
      stage: "production",
      secrets: ROOT_KEY,
      variables: { PORTCULLIS_OBSERVE: "on", PORTCULLIS_OBSERVE_STAGES: "production" },
    });
    expect(environment(observed, "OrdersProtectionFunction")).toMatchObject({
      PORTCULLIS_OBSERVE: "denials",
    });
    const alarm = ofType(observed, "aws:cloudwatch/metricAlarm:MetricAlarm").find(
      ({ inputs }) => inputs.name === "portcullis-production-orders_observed",
    );
    expect(alarm?.inputs).toMatchObject({
      namespace: "Portcullis",
      metricName: "Observing",
      threshold: 0,
      treatMissingData: "breaching",
    });
    const { statements } = role(observed, "OrdersProtectionFunction");
    expect(statements).toEqual(role(production, "OrdersProtectionFunction").statements);
  }, 120_000);
});
