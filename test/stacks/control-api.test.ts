import { beforeAll, describe, expect, test } from "vitest";
import { AWS, type Deployment, ofType, PLACE, sampleStage } from "./deployment.ts";

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
