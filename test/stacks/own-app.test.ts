import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheControl, securityHeaders } from "../../packages/console/src/security-headers.ts";
import { project, ROOT } from "../portcullis/packed.ts";
import { BUILD_MILLISECONDS } from "../support/built-once.ts";
import {
  type Deployment,
  deployment,
  environment,
  ofType,
  ROOT_KEY,
  resource,
  role,
  roles,
  sampleStage,
} from "./deployment.ts";
import { sentBy } from "./sent-headers.ts";

/**
 * The components in somebody else's app: `examples/billing`, with the package as npm installs it and
 * nothing of this repository.
 */
describe("an app of one's own", () => {
  let folder: string;
  let app: Deployment;
  let ours: Deployment;
  let production: Deployment;

  beforeAll(async () => {
    folder = await project();
    cpSync(join(ROOT, "examples/billing"), folder, {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    [app, ours, production] = await Promise.all([
      deployment({ stage: "alice", folder }),
      sampleStage("personal"),
      deployment({
        stage: "production",
        folder,
        secrets: ROOT_KEY,
        variables: {
          IAM_DOMAIN: "iam.example.com",
          IAM_CERTIFICATE: "arn:aws:acm:eu-west-1:123456789012:certificate/of-ours",
          SERVER_LOG_GROUP: "/ecs/billing",
        },
      }),
    ]);
  }, BUILD_MILLISECONDS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("finds Portcullis' functions in the package, and its own where they are", () => {
    expect(app.builds.map(({ handler }) => handler).sort()).toEqual([
      "node_modules/portcullis/dist/handlers/access-analyzer.handler",
      "node_modules/portcullis/dist/handlers/access-evaluation.handler",
      "node_modules/portcullis/dist/handlers/authorizer-rest.handler",
      "node_modules/portcullis/dist/handlers/cloudtrail.handler",
      "node_modules/portcullis/dist/handlers/iam.handler",
      "node_modules/portcullis/dist/handlers/issuer.handler",
      "node_modules/portcullis/dist/handlers/organizations.handler",
      "node_modules/portcullis/dist/handlers/portcullis.handler",
      "node_modules/portcullis/dist/handlers/setup.handler",
      "node_modules/portcullis/dist/handlers/signin.handler",
      "node_modules/portcullis/dist/handlers/sts.handler",
      "node_modules/portcullis/dist/handlers/usage.handler",
      "src/authorizer.handler",
      "src/get-invoice.handler",
      "src/list-invoices.handler",
      "src/list-invoices.handler",
    ]);
  });

  test("has no role that trusts more than Lambda, its own functions' included", () => {
    expect(roles(app)).toHaveLength(16);
    for (const { trust } of roles(app)) {
      expect(trust).toEqual([
        expect.objectContaining({ Principal: { Service: "lambda.amazonaws.com" } }),
      ]);
    }
  });

  test("gives each function of Portcullis' the permissions that it has in Portcullis' own app", () => {
    for (const name of [
      "AccessAnalyzer",
      "AccessEvaluation",
      "Iam",
      "Sts",
      "Organizations",
      "SignIn",
      "Issuer",
    ]) {
      const statements = (of: Deployment, app: string) =>
        JSON.stringify(role(of, `Control${name}`).statements).replaceAll(`${app}-alice`, "app");
      expect(statements(app, "billing")).toBe(statements(ours, "portcullis"));
    }
  });

  test("gives an authorizer of its own what Portcullis' has", () => {
    const actions = (name: string) =>
      JSON.parse(JSON.stringify(role(app, name).statements.slice(0, 2)));
    expect(actions("InvoicesProtectionFunction")).toEqual(actions("ReportsProtectionFunction"));
    expect(actions("InvoicesProtectionFunction")).toMatchObject([
      { Action: ["dynamodb:BatchGetItem", "dynamodb:GetItem"] },
      { Action: ["kms:Decrypt"] },
    ]);
  });

  test("shows the root key that a stage made up, without which nobody gets in, and never a chosen one", () => {
    expect(app.outputs).toMatchObject({
      rootAccessKeyId: expect.stringMatching(/^ROOT\w{16}$/),
      rootSecretAccessKey: expect.stringMatching(/^\w{40}$/),
    });
    expect(Object.keys(production.outputs).filter((name) => /root/i.test(name))).toEqual([]);
  });

  test("has its control API at a domain of its own, and nowhere else", () => {
    const [domain] = ofType(production, "aws:apigatewayv2/domainName:DomainName");
    expect(domain?.inputs).toMatchObject({
      domainName: "iam.example.com",
      domainNameConfiguration: { endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
    });
    expect(
      ofType(production, "aws:apigatewayv2/apiMapping:ApiMapping").map(({ inputs }) => inputs),
    ).toEqual([
      expect.objectContaining({
        apiId: "ControlApi-id",
        domainName: `${domain?.name}-id`,
        stage: "$default",
      }),
    ]);
    expect(production.outputs).toMatchObject({ iam: "https://iam.example.com/iam" });
    expect(environment(production, "ControlIssuer").PORTCULLIS_ISSUER).toBe(
      "https://iam.example.com",
    );
    const api = (name: string) => resource(production, "aws:apigatewayv2/api:Api", name).inputs;
    expect(api("ControlApi")).toMatchObject({ disableExecuteApiEndpoint: true });
    expect(resource(app, "aws:apigatewayv2/api:Api", "ControlApi").inputs).toMatchObject({
      disableExecuteApiEndpoint: false,
    });
  });

  test("has the package's console, with its own control API's URL and the headers of ours", () => {
    const gateway = "https://ControlApi-id.execute-api.eu-west-1.amazonaws.com";
    const packaged = join(folder, "node_modules/portcullis/dist/console");
    for (const [stage, url] of [
      ["alice", new URL(gateway).origin],
      ["production", "https://iam.example.com"],
    ] as const) {
      const site = join(folder, ".sst/portcullis", stage, "Console/site");
      expect(readdirSync(site, { recursive: true }).sort()).toEqual(
        readdirSync(packaged, { recursive: true }).sort(),
      );
      const html = readFileSync(join(site, "index.html"), "utf8");
      expect(html).toContain(`<meta name="control-api" content="${url}" />`);
    }
    expect(readFileSync(join(packaged, "index.html"), "utf8")).toContain('content=""');

    expect(sentBy(app, "ConsoleHeaders")).toEqual(
      securityHeaders({ controlApi: gateway, https: true }),
    );
    const upload = app.resources.find(
      ({ name }) => name === "ConsoleAssetFiles.sst.aws.BucketFiles",
    );
    const { files }: { files: { key: string; cacheControl: string }[] } = JSON.parse(
      JSON.stringify(upload?.inputs ?? { files: [] }),
    );
    expect(files.length).toBeGreaterThan(50);
    for (const { key, cacheControl: header } of files)
      expect([key, header]).toEqual([key, cacheControl(key)]);
    expect(app.outputs.console).toBe("https://consolecdndistribution-id.cloudfront.net/console/");
    for (const name of ["ControlIam", "ControlSts", "ControlSignIn"])
      expect(environment(app, name).PORTCULLIS_CONSOLE_ORIGIN).toBe(
        "https://consolecdndistribution-id.cloudfront.net",
      );
  });

  test("learns what is used from its functions' logs, and from those of servers", () => {
    const groups = (of: Deployment) =>
      ofType(of, "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter")
        .map(({ inputs }) => String(inputs.logGroup))
        .sort();
    const ofFunctions = (stage: string) => [
      `/aws/lambda/billing-${stage}-authorizer_invoices`,
      `/aws/lambda/billing-${stage}-authorizer_rest_reports`,
    ];
    expect(groups(app)).toEqual(ofFunctions("alice"));
    expect(groups(production)).toEqual([...ofFunctions("production"), "/ecs/billing"]);
    const permission = resource(
      production,
      "aws:lambda/permission:Permission",
      "UsagePermission_servers",
    ).inputs;
    expect(permission).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "logs.amazonaws.com",
      sourceArn: expect.stringMatching(/:log-group:\/ecs\/billing:\*$/),
      sourceAccount: expect.stringMatching(/^\d{12}$/),
    });
    // The servers' own role needs nothing for it: the function alone writes.
    expect(JSON.stringify(role(production, "UsageFunction").statements)).toContain(
      "dynamodb:UpdateItem",
    );
  });

  test("watches its REST API by the names that REST APIs' metrics have", () => {
    const alarm = (name: string) =>
      resource(production, "aws:cloudwatch/metricAlarm:MetricAlarm", `MonitoringAlarm_${name}`)
        .inputs;
    const { inputs } = resource(production, "aws:apigateway/restApi:RestApi", "ReportsApi");
    expect(inputs.name).toEqual(expect.any(String));
    for (const [name, metricName] of [
      ["reports_5xx", "5XXError"],
      ["reports_latency", "Latency"],
    ] as const) {
      expect(alarm(name)).toMatchObject({
        namespace: "AWS/ApiGateway",
        metricName,
        dimensions: { ApiName: inputs.name },
      });
    }
    expect(alarm("invoices_5xx")).toMatchObject({
      metricName: "5xx",
      dimensions: { ApiId: "InvoicesApi-id" },
    });
    expect(production.outputs.alarms).toBe(
      "arn:aws:sns:eu-west-1:123456789012:billing-production-alarms",
    );
  });

  test("lets permissions be out of date where it says so, and nowhere else", () => {
    const stale = (name: string) => environment(app, name).PORTCULLIS_STALENESS_SECONDS;
    expect([stale("ReportsProtectionFunction"), stale("InvoicesProtectionFunction")]).toEqual([
      "5",
      undefined,
    ]);
  });

  describe("with a REST API", () => {
    test("asks about every request, requires nothing that a request may lack, and remembers no answer", () => {
      expect(
        ofType(app, "aws:apigateway/authorizer:Authorizer").map(({ inputs }) => inputs),
      ).toEqual([
        expect.objectContaining({
          type: "REQUEST",
          identitySource: "context.identity.sourceIp",
          authorizerResultTtlInSeconds: 0,
          authorizerUri: expect.stringContaining(
            "function:billing-alice-authorizer_rest_reports/invocations",
          ),
        }),
      ]);
      expect(
        resource(app, "aws:lambda/permission:Permission", "ReportsAuthorizerPortcullisPermission")
          .inputs,
      ).toMatchObject({
        principal: "apigateway.amazonaws.com",
        sourceArn: expect.stringContaining("ReportsApi-id/authorizers/"),
      });
    });

    test("asks at every route", () => {
      const methods = ofType(app, "aws:apigateway/method:Method").map(({ inputs }) => inputs);
      // a browser asks without credentials whether it may ask, and that is answered by the gateway
      // itself
      const preflight = methods.filter(({ authorization }) => authorization === "NONE");
      expect(preflight.map(({ httpMethod }) => httpMethod)).toEqual(["OPTIONS"]);
      expect(methods.filter((method) => !preflight.includes(method))).toEqual([
        expect.objectContaining({
          httpMethod: "GET",
          authorization: "CUSTOM",
          authorizerId: "ReportsAuthorizerPortcullisAuthorizer-id",
        }),
      ]);
    });

    test("tells a refused caller why, from the first deployment on", () => {
      expect(
        resource(app, "aws:apigateway/response:Response", "ReportsProtectionDenial").inputs,
      ).toMatchObject({
        responseType: "ACCESS_DENIED",
        statusCode: "403",
        responseTemplates: {
          "application/json":
            '{"message":"$context.authorizer.message","encodedAuthorizationMessage":"$context.authorizer.encodedAuthorizationMessage"}',
        },
        // browsers of other origins may read it as they may SST's own
        responseParameters: resource(
          app,
          "aws:apigateway/response:Response",
          "ReportsCors4XXResponse",
        ).inputs.responseParameters,
      });
      // a deployment is a snapshot: it comes after the routes, these after the authorizer whose id
      // they hold, and that after this
      const { after: earlier } = resource(
        app,
        "aws:apigateway/authorizer:Authorizer",
        "ReportsAuthorizerPortcullisAuthorizer",
      );
      expect(earlier).toContain("ReportsProtectionDenial");
      const deployed = resource(app, "aws:apigateway/deployment:Deployment", "ReportsDeployment");
      expect(deployed.after).toEqual(
        expect.arrayContaining(ofType(app, "aws:apigateway/method:Method").map(({ name }) => name)),
      );
    });
  });
});
