import { beforeAll, describe, expect, test } from "vitest";
import { type Deployment, ofType, sampleStage } from "./deployment.ts";

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
