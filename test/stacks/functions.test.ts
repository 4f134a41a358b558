import { ordersService } from "@portcullis/example-orders";
import { beforeAll, describe, expect, test } from "vitest";
import {
  AWS,
  type Deployment,
  environment,
  filesBeside,
  ofType,
  PLACE,
  ROOT_KEY,
  ROOT_PASSWORD,
  resource,
  sampleStage,
} from "./deployment.ts";

let production: Deployment;
let personal: Deployment;

beforeAll(async () => {
  [production, personal] = await Promise.all([sampleStage("production"), sampleStage("personal")]);
}, 120_000);

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

  test("are bundled as the tests of bundles do it: the names of functions only outside of authorizers", () => {
    const own = production.builds.filter(({ functionID }) => functionID !== "OrdersFunction");
    expect(own.length).toBeGreaterThan(10);
    for (const { functionID, nodejs } of own)
      expect([functionID, nodejs]).toEqual([
        functionID,
        {
          minify: true,
          splitting: true,
          architecture: "arm64",
          esbuild: { keepNames: functionID !== "OrdersProtectionFunction" },
        },
      ]);
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
