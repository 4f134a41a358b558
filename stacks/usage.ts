import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege } from "./privilege.ts";
import { physicalName } from "./stage.ts";

export interface UsageArgs extends FunctionSettings {
  readonly store: IdentityStore;
  /** The functions whose decisions are read, by a name of letters and digits. */
  readonly of: Readonly<Record<string, sst.aws.Function>>;
  /**
   * Log groups of servers that decide by a middleware, by a name likewise: what such a server
   * writes to its standard output, line by line, as the log driver of ECS does. Who can write to
   * one can make up uses and denials. @default none
   */
  readonly logGroups?: Readonly<Record<string, $util.Input<string>>>;
  /** For how many days denials can be looked up: 1 to 90. @default 7 */
  readonly decisionDays?: number;
}

/**
 * The function that records from the decision log what was denied and why, and when access keys,
 * roles and services were last used, so that no decision waits for a write. CloudWatch Logs sends
 * it the given functions' and servers' lines. Nothing else can reach it.
 */
export function usage(name: string, args: UsageArgs): sst.aws.Function {
  const { decisionDays } = args;
  if (decisionDays !== undefined && !isDays(decisionDays))
    throw new Error(
      `decisionDays of ${name} is ${decisionDays}. Give a whole number from 1 to 90.`,
    );
  const fn = leastPrivilegeFunction(`${name}Function`, {
    part: "usage",
    description:
      "Records from the decision log denials, events and uses: writes those, and nothing else",
    handler: handler(args.code, "usage"),
    environment: {
      PORTCULLIS_TABLE: args.store.tableName,
      ...(decisionDays && { PORTCULLIS_DECISION_DAYS: String(decisionDays) }),
    },
    permissions: privilege("usage", args.store),
    timeout: "60 seconds",
    live: false,
    tracing: args.tracing,
  });
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const { accountId } = aws.getCallerIdentityOutput();
  const sources: [string, $util.Input<string>, sst.aws.Function[]][] = [
    ...Object.entries(args.of).map(([part, observed]): (typeof sources)[number] => [
      part,
      $interpolate`/aws/lambda/${observed.name}`,
      [observed],
    ]),
    ...Object.entries(args.logGroups ?? {}).map(([part, logGroup]): (typeof sources)[number] => [
      part,
      logGroup,
      [],
    ]),
  ];
  for (const [part, logGroup, after] of sources) {
    const permission = new aws.lambda.Permission(`${name}Permission_${part}`, {
      action: "lambda:InvokeFunction",
      function: fn.name,
      principal: "logs.amazonaws.com",
      sourceArn: $interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}:*`,
      // Excludes a log group of the same name in another account.
      sourceAccount: accountId,
    });
    new aws.cloudwatch.LogSubscriptionFilter(
      `${name}Subscription_${part}`,
      {
        name: physicalName(`${part}_usage`),
        logGroup,
        // Unauthenticated calls say nothing of use, and a flood of them would cost money.
        filterPattern:
          '{ ($.type = "decision") && ($.outcome != "unauthenticated") && ($.outcome != "error") }',
        destinationArn: fn.arn,
      },
      { dependsOn: [permission, ...after] },
    );
  }
  return fn;
}

const isDays = (days: number): boolean => Number.isSafeInteger(days) && days >= 1 && days <= 90;
