import type { IdentityStore } from "./identity-store.ts";
import { installation, physicalName } from "./stage.ts";

type HttpOrRestApi = sst.aws.ApiGatewayV2 | sst.aws.ApiGatewayV1;

export interface MonitoringArgs {
  /** By the name on the dashboard: at most 20 letters, digits and underscores. */
  readonly apis: Readonly<Record<string, HttpOrRestApi>>;
  readonly functions: Readonly<Record<string, sst.aws.Function>>;
  readonly authorizers: Readonly<Record<string, sst.aws.Function>>;
  /** Names of the authorizers of APIs that are observed. Their alarm lasts as long as they are. */
  readonly observed?: readonly string[];
  readonly store: IdentityStore;
}

export interface Monitoring {
  /** Receives every alarm and its end. Subscribe the people who must know. */
  readonly topicArn: $util.Output<string>;
}

/** A metric and the threshold of its alarm. */
interface Metric {
  readonly part: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, $util.Input<string>>;
  /** The alarm goes off at this value and above. */
  readonly threshold: number;
  /** @default "Sum" */
  readonly statistic?: "p99";
  /** Consecutive periods of five minutes. @default 1 */
  readonly periods?: number;
  /** @default no alarm without data */
  readonly isOnWithoutData?: true;
}

const PERIOD_SECONDS = 300;

/**
 * Alarms, and a dashboard of their metrics. Each alarm costs about 0.10 USD a month, the dashboard
 * 3 USD.
 */
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
    ...(args.observed ?? []).map(watchObserved),
    ...watchTable(args.store),
  ];
  for (const each of watched) alarm(name, each, topic.arn);
  dashboard(name, watched);
  return { topicArn: topic.arn };
}

function watchApi(part: string, api: HttpOrRestApi): Metric[] {
  const { dimensions, serverErrors, clientErrors } = metricsOf(api);
  const of = { namespace: "AWS/ApiGateway", dimensions };
  return [
    {
      ...of,
      part: `${part}_5xx`,
      description: "answers with server errors",
      metric: serverErrors,
      threshold: 5,
    },
    {
      ...of,
      part: `${part}_4xx`,
      description: "refused requests: a flood, guessed passwords, or throttling",
      metric: clientErrors,
      threshold: 10_000,
    },
    {
      ...of,
      part: `${part}_latency`,
      description: "p99 in milliseconds",
      metric: "Latency",
      threshold: 3000,
      statistic: "p99",
      periods: 3,
    },
  ];
}

/**
 * HTTP APIs and REST APIs have different metric names (API Gateway Developer Guide,
 * http-api-metrics and api-gateway-metrics-and-dimensions).
 */
function metricsOf(api: HttpOrRestApi): {
  dimensions: Metric["dimensions"];
  serverErrors: string;
  clientErrors: string;
} {
  return api instanceof sst.aws.ApiGatewayV1
    ? {
        dimensions: { ApiName: api.nodes.api.name },
        serverErrors: "5XXError",
        clientErrors: "4XXError",
      }
    : { dimensions: { ApiId: api.nodes.api.id }, serverErrors: "5xx", clientErrors: "4xx" };
}

function watchErrors(part: string, fn: sst.aws.Function): Metric {
  const dimensions = { FunctionName: fn.name };
  return {
    part: `${part}_errors`,
    description: "function failed",
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions,
    threshold: 1,
  };
}

function watchThrottles(part: string, fn: sst.aws.Function): Metric {
  const dimensions = { FunctionName: fn.name };
  return {
    part: `${part}_throttles`,
    description: "no concurrency left",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions,
    threshold: 1,
  };
}

/**
 * An authorizer answers 401 by throwing, which Lambda counts as an error. So its failures are
 * counted from its log, where a decision that could not be made has the outcome `error`.
 */
function watchDecisions(name: string, part: string, fn: sst.aws.Function): Metric {
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
    description: "decisions could not be made",
    namespace,
    metric,
    dimensions: {},
    threshold: 1,
  };
}

/** Goes off with the first decision, and stays: an API without requests is observed as well. */
const watchObserved = (part: string): Metric => ({
  part: `${part}_observed`,
  description: "lets through what would be denied",
  namespace: "Portcullis",
  metric: "Observing",
  dimensions: {},
  threshold: 0,
  isOnWithoutData: true,
});

function watchTable(store: IdentityStore): Metric[] {
  const of = {
    namespace: "AWS/DynamoDB",
    dimensions: { TableName: store.tableName },
    threshold: 1,
  };
  return [
    { ...of, part: "table_reads", description: "reads throttled", metric: "ReadThrottleEvents" },
    { ...of, part: "table_writes", description: "writes throttled", metric: "WriteThrottleEvents" },
  ];
}

function alarm(name: string, watched: Metric, topicArn: $util.Output<string>): void {
  const {
    part,
    description,
    namespace,
    metric,
    dimensions,
    threshold,
    statistic,
    periods = 1,
    isOnWithoutData,
  } = watched;
  new aws.cloudwatch.MetricAlarm(`${name}Alarm_${part}`, {
    name: physicalName(part),
    alarmDescription: `${installation()}: ${part}: ${description}`,
    namespace,
    metricName: metric,
    dimensions,
    ...(statistic ? { extendedStatistic: statistic } : { statistic: "Sum" }),
    period: PERIOD_SECONDS,
    evaluationPeriods: periods,
    threshold,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    // Without requests there are no data, which is no alarm.
    treatMissingData: isOnWithoutData ? "breaching" : "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
  });
}

/** One graph for each metric, with the alarm's threshold. */
function dashboard(name: string, watched: readonly Metric[]): void {
  const { region } = aws.getRegionOutput();
  const columns = 3;
  const size = { width: 24 / columns, height: 6 };
  const dashboardBody = $jsonStringify({
    widgets: watched.map(
      ({ part, description, namespace, metric, dimensions, threshold, statistic }, index) => ({
        type: "metric",
        ...size,
        x: (index % columns) * size.width,
        y: Math.floor(index / columns) * size.height,
        properties: {
          title: `${part}: ${description}`,
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
