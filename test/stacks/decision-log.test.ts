import { beforeAll, describe, expect, test } from "vitest";
import { AWS, type Deployment, ofType, PLACE, sampleStage } from "./deployment.ts";

let production: Deployment;

beforeAll(async () => {
  production = await sampleStage("production");
}, 120_000);

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
