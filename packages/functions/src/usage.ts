import { gunzipSync } from "node:zlib";
import middy from "@middy/core";
import type { DecisionLine } from "@portcullis/authorizer";
import { type LoggedDecision, recordDecisions } from "@portcullis/iam/decision/record-decisions";
import { createWriteBudget, type WriteBudget } from "@portcullis/iam/decision/write-budget";
import type { LoggedEvent } from "@portcullis/iam/record/audit-event";
import type { Store } from "@portcullis/iam/store";
import { recordUses, type Use } from "@portcullis/iam/usage";
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent, Context } from "aws-lambda";
import { deployedStore } from "./installation/deployed-store.ts";

export type UsageHandler = (event: CloudWatchLogsEvent, context: Context) => Promise<void>;

export interface UsageOptions {
  /** How long decisions are kept. @default 7 */
  readonly decisionDays?: number;
  /** How many records an account may write. @default 50 a second, 500 at once */
  readonly budget?: WriteBudget;
}

/** What the function learns from. */
export type UsageLine = DecisionLine | LostLines;

/**
 * Records last uses, denials, audit events and counts of use from lines of the decision log. No
 * decision waits for it.
 */
export const usageRecorder = (
  store: () => Store,
  { decisionDays: days, budget = createWriteBudget() }: UsageOptions = {},
): ((lines: readonly UsageLine[]) => Promise<void>) => {
  return async (lines) => {
    const decisions = lines.filter((line): line is DecisionLine => line.type === "decision");
    await recordUses(store(), decisions.flatMap(useOf));
    const batch = {
      decisions: decisions.flatMap(loggedDecision),
      events: decisions.flatMap(({ audit }) => (audit ?? []).filter(isEvent)),
      lost: sumOfLost(lines.filter((line): line is LostLines => line.type === "lost")),
    };
    await recordDecisions(store(), batch, {
      budget,
      now: new Date(),
      ...(days === undefined ? {} : { days }),
    });
  };
};

/** The recorder as a function to which CloudWatch Logs passes the lines. */
export const usageHandler = (store: () => Store, options: UsageOptions = {}): UsageHandler => {
  const record = usageRecorder(store, options);
  return middy(async (event: CloudWatchLogsEvent) => {
    const { messageType, logEvents }: CloudWatchLogsDecodedData = JSON.parse(
      gunzipSync(Buffer.from(event.awslogs.data, "base64")).toString("utf8"),
    );
    // Control messages only check that the function answers.
    if (messageType !== "DATA_MESSAGE") return;
    await record(logEvents.flatMap(({ message }) => lineOf(message) ?? []));
  });
};

/** Lines that a feed had no room for. */
export interface LostLines {
  readonly type: "lost";
  readonly account: string;
  readonly lines: number;
}

function sumOfLost(lost: readonly LostLines[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { account, lines } of lost)
    if (ACCOUNT_ID.test(account)) sums.set(account, (sums.get(account) ?? 0) + lines);
  return Object.fromEntries(sums);
}

const ACCOUNT_ID = /^\d{12}$/;

const isEvent = ({ account, z }: LoggedEvent): boolean =>
  ACCOUNT_ID.test(account) && typeof z === "string";

/** A decision about a proven caller. Others belong to no account. */
function loggedDecision(line: DecisionLine): readonly LoggedDecision[] {
  const { outcome, account = "", time, principal, ...rest } = line;
  if (!ACCOUNT_ID.test(account) || Number.isNaN(Date.parse(time))) return [];
  if (outcome !== "allowed" && outcome !== "implicitDeny" && outcome !== "explicitDeny") return [];
  return [
    {
      decisionId: rest.decisionId,
      account,
      time,
      requestId: rest.requestId,
      principalArn: principal,
      userId: rest.userId,
      accessKeyId: rest.accessKeyId,
      action: rest.action,
      resource: rest.resource,
      resourcePattern: rest.resourcePattern,
      outcome,
      observed: rest.observed,
      traced: rest.traced,
      reason: rest.reason,
      api: rest.api,
      method: rest.method,
      route: rest.route,
      sourceIp: rest.sourceIp,
      detail: rest.detail,
    },
  ];
}

/**
 * The use in a log line. A proven caller has used its credentials, whether it was allowed or
 * denied.
 */
function useOf(line: DecisionLine): readonly Use[] {
  if (line.outcome === "unauthenticated" || line.outcome === "error") return [];
  const { time, account = "", userId = "", accessKeyId, action = "", region = "" } = line;
  if (Number.isNaN(Date.parse(time)) || userId === "") return [];
  if (!ACCOUNT_ID.test(account) || !/^[\w-]{1,64}:\w{1,128}$/.test(action)) return [];
  return [{ time, account, userId, accessKeyId, action, region }];
}

/** Undefined for other lines, of the runtime and of faults. */
function lineOf(message: string): UsageLine | undefined {
  try {
    const line: unknown = JSON.parse(message);
    const isOurs =
      typeof line === "object" &&
      line !== null &&
      "type" in line &&
      (line.type === "decision" || line.type === "lost");
    return isOurs ? (line as UsageLine) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

let deployed: Store | undefined;

/** For log subscriptions alone: no API reaches this function. */
export const handler = usageHandler(() => {
  deployed ??= deployedStore();
  return deployed;
}, deployedOptions());

function deployedOptions(): UsageOptions {
  const days = Number(process.env.PORTCULLIS_DECISION_DAYS);
  return Number.isSafeInteger(days) && days > 0 ? { decisionDays: days } : {};
}
