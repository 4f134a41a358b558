import { beforeAll, describe, expect, test } from "vitest";
import {
  AWS,
  type Deployment,
  deployment,
  environment,
  ofType,
  PLACE,
  ROOT_KEY,
  resource,
  role,
  sampleStage,
} from "./deployment.ts";

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
