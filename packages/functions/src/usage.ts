import { gunzipSync } from "node:zlib";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import middy from "@middy/core";
import type { DecisionLine } from "@portcullis/authorizer";
import type { Store } from "@portcullis/iam/store";
import { recordUses, type Use } from "@portcullis/iam/usage";
import { dynamoStore } from "@portcullis/store";
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent, Context } from "aws-lambda";
import { required } from "./installation/environment.ts";

export type UsageHandler = (event: CloudWatchLogsEvent, context: Context) => Promise<void>;

/**
 * Records last uses from the decision log, which CloudWatch Logs passes on. No decision waits for
 * it.
 */
export const usageHandler = (store: () => Store): UsageHandler =>
  middy(async (event: CloudWatchLogsEvent) => {
    const { messageType, logEvents }: CloudWatchLogsDecodedData = JSON.parse(
      gunzipSync(Buffer.from(event.awslogs.data, "base64")).toString("utf8"),
    );
    // Control messages only check that the function answers.
    if (messageType !== "DATA_MESSAGE") return;
    await recordUses(
      store(),
      logEvents.flatMap(({ message }) => useOf(message)),
    );
  });

/**
 * The use in a log line. A proven caller has used its credentials, whether it was allowed or
 * denied.
 */
function useOf(message: string): readonly Use[] {
  const line = decisionOf(message);
  if (line === undefined || line.outcome === "unauthenticated" || line.outcome === "error")
    return [];
  const { time, account = "", userId = "", accessKeyId, action = "", region = "" } = line;
  if (Number.isNaN(Date.parse(time)) || userId === "") return [];
  if (!/^\d{12}$/.test(account) || !/^[\w-]{1,64}:\w{1,128}$/.test(action)) return [];
  return [{ time, account, userId, accessKeyId, action, region }];
}

/** Undefined for other lines, of the runtime and of faults. */
function decisionOf(message: string): DecisionLine | undefined {
  try {
    const line: unknown = JSON.parse(message);
    const isDecision =
      typeof line === "object" && line !== null && "type" in line && line.type === "decision";
    return isDecision ? (line as DecisionLine) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

let deployed: Store | undefined;

/** For log subscriptions alone: no API reaches this function. */
export const handler = usageHandler(() => {
  deployed ??= dynamoStore({
    client: new DynamoDBClient({}),
    tableName: required("PORTCULLIS_TABLE"),
  });
  return deployed;
});
