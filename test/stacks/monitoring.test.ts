import { beforeAll, describe, expect, test } from "vitest";
import { AWS, type Deployment, ofType, PLACE, resource, sampleStage } from "./deployment.ts";

let production: Deployment;
let personal: Deployment;

beforeAll(async () => {
  [production, personal] = await Promise.all([sampleStage("production"), sampleStage("personal")]);
}, 120_000);

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
