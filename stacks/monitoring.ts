import type { IdentityStore } from "./identity-store.ts";
import { installation, physicalName } from "./stage.ts";

type HttpOrRestApi = sst.aws.ApiGatewayV2 | sst.aws.ApiGatewayV1;

export interface MonitoringArgs {
  /** By the name that they have on the dashboard: letters, digits and underscores, at most 20. */
  readonly apis: Readonly<Record<string, HttpOrRestApi>>;
  readonly functions: Readonly<Record<string, sst.aws.Function>>;
  readonly authorizers: Readonly<Record<string, sst.aws.Function>>;
  readonly store: IdentityStore;
}

export interface Monitoring {
  /** Told of every alarm, and of its end; subscribe to it whoever shall know. */
  readonly topicArn: $util.Output<string>;
}

/** Something that CloudWatch counts, and from what on it is an alarm. */
interface Watched {
  readonly part: string;
  readonly says: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, $util.Input<string>>;
  /** Alarm when at or above this. */
  readonly threshold: number;
  /** @default "Sum" */
  readonly statistic?: "p99";
  /** Five-minute periods in a row. @default 1 */
  readonly periods?: number;
}

const PERIOD_SECONDS = 300;

/** Alarms on what must not happen and one dashboard of it all. About 0.10 USD a month each alarm, 3 USD the dashboard. */
export function monitoring(name: string, args: MonitoringArgs): Monitoring {
  const topic = new aws.sns.Topic(`${name}Topic`, { name: physicalName("alarms") });
  const watched = [
    ...Object.entries(args.apis).flatMap(([part, api]) => watchApi(part, api)),
    ...Object.entries(args.functions).flatMap(([part, fn]) => [
      watchErrors(part, fn),
      watchThrottles(part, fn),
    ]),
    ...Object.entries(args.authorizers).flatMap(([part, fn]) => [
      watchDecisions(name, part, fn),
      watchThrottles(part, fn),
    ]),
    ...watchTable(args.store),
  ];
  for (const each of watched) alarm(name, each, topic.arn);
  dashboard(name, watched);
  return { topicArn: topic.arn };
}

function watchApi(part: string, api: HttpOrRestApi): Watched[] {
  const { dimensions, serverErrors } = metricsOf(api);
  const of = { namespace: "AWS/ApiGateway", dimensions };
  return [
    {
      ...of,
      part: `${part}_5xx`,
      says: "answers with server errors",
      metric: serverErrors,
      threshold: 5,
    },
    {
      ...of,
      part: `${part}_latency`,
      says: "p99 in milliseconds",
      metric: "Latency",
      threshold: 3000,
      statistic: "p99",
      periods: 3,
    },
  ];
}

/** The two kinds of APIs are counted by different names (API Gateway Developer Guide, api-gateway-metrics-and-dimensions, http-api-metrics). */
function metricsOf(api: HttpOrRestApi): {
  dimensions: Watched["dimensions"];
  serverErrors: string;
} {
  return api instanceof sst.aws.ApiGatewayV1
    ? { dimensions: { ApiName: api.nodes.api.name }, serverErrors: "5XXError" }
    : { dimensions: { ApiId: api.nodes.api.id }, serverErrors: "5xx" };
}

function watchErrors(part: string, fn: sst.aws.Function): Watched {
  const dimensions = { FunctionName: fn.name };
  return {
    part: `${part}_errors`,
    says: "function failed",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions,
    threshold: 1,
  };
}

function watchThrottles(part: string, fn: sst.aws.Function): Watched {
  const dimensions = { FunctionName: fn.name };
  return {
    part: `${part}_throttles`,
    says: "no concurrency left",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions,
    threshold: 1,
  };
}

/**
 * An authorizer answers 401 by throwing, which Lambda counts as an error: its failures are counted by its own log
 * instead, where a decision that could not be made has the outcome `error`.
 */
function watchDecisions(name: string, part: string, fn: sst.aws.Function): Watched {
  const metric = physicalName(`${part}_faults`);
  const namespace = "Portcullis";
  new aws.cloudwatch.LogMetricFilter(
    `${name}FailedDecisions_${part}`,
    {
      name: metric,
      logGroupName: $interpolate`/aws/lambda/${fn.name}`,
      pattern: '{ $.type = "decision" && $.outcome = "error" }',
      metricTransformation: { name: metric, namespace, value: "1", defaultValue: "0" },
    },
    { dependsOn: [fn] },
  );
  return {
    part: `${part}_decisions`,
    says: "decisions could not be made",
    namespace,
    metric,
    dimensions: {},
    threshold: 1,
  };
}

function watchTable(store: IdentityStore): Watched[] {
  const of = {
    namespace: "AWS/DynamoDB",
    dimensions: { TableName: store.tableName },
    threshold: 1,
  };
  return [
    { ...of, part: "table_reads", says: "reads throttled", metric: "ReadThrottleEvents" },
    { ...of, part: "table_writes", says: "writes throttled", metric: "WriteThrottleEvents" },
  ];
}

function alarm(name: string, watched: Watched, topicArn: $util.Output<string>): void {
  const { part, says, namespace, metric, dimensions, threshold, statistic, periods = 1 } = watched;
  new aws.cloudwatch.MetricAlarm(`${name}Alarm_${part}`, {
    name: physicalName(part),
    alarmDescription: `${installation()}: ${part}: ${says}`,
    namespace,
    metricName: metric,
    dimensions,
    ...(statistic ? { extendedStatistic: statistic } : { statistic: "Sum" }),
    period: PERIOD_SECONDS,
    evaluationPeriods: periods,
    threshold,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    // no requests, no news
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
  });
}

/** One graph for each thing that is watched, its alarm's threshold drawn in. */
function dashboard(name: string, watched: readonly Watched[]): void {
  const { region } = aws.getRegionOutput();
  const columns = 3;
  const size = { width: 24 / columns, height: 6 };
  const dashboardBody = $jsonStringify({
    widgets: watched.map(
      ({ part, says, namespace, metric, dimensions, threshold, statistic }, index) => ({
        type: "metric",
        ...size,
        x: (index % columns) * size.width,
        y: Math.floor(index / columns) * size.height,
        properties: {
          title: `${part}: ${says}`,
          region,
          metrics: [[namespace, metric, ...Object.entries(dimensions).flat()]],
          stat: statistic ?? "Sum",
          period: PERIOD_SECONDS,
          annotations: { horizontal: [{ label: "alarm", value: threshold }] },
        },
      }),
    ),
  });
  new aws.cloudwatch.Dashboard(`${name}Dashboard`, {
    dashboardName: physicalName("dashboard"),
    dashboardBody,
  });
}
