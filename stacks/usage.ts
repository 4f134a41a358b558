import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege } from "./privilege.ts";
import { physicalName } from "./stage.ts";

export interface UsageArgs extends FunctionSettings {
  readonly store: IdentityStore;
  /** The functions whose decisions are read, by a name of letters and digits. */
  readonly of: Readonly<Record<string, sst.aws.Function>>;
  /** For how many days denials can be looked up: 1 to 90. @default 7 */
  readonly decisionDays?: number;
}

/**
 * The function that records from the decision log what was denied and why, and when access keys,
 * roles and services were last used, so that no decision waits for a write. CloudWatch Logs sends
 * it the given functions' lines. Nothing else can reach it.
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
  for (const [part, observed] of Object.entries(args.of)) {
    const logGroup = $interpolate`/aws/lambda/${observed.name}`;
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
      { dependsOn: [permission, observed] },
    );
  }
  return fn;
}

const isDays = (days: number): boolean => Number.isSafeInteger(days) && days >= 1 && days <= 90;
