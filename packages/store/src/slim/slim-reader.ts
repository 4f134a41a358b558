import type { Agent } from "node:http";
import type { Reader } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";
import type { Item } from "../item/item.ts";
import type { BatchGetOutput } from "../read/batch-get.ts";
import { type ReadCalls, type ReaderOptions, readerOver } from "../read/reader-over.ts";
import type { TransactGetOutput } from "../read/transact-get.ts";
import type { Credentials } from "./sign-request.ts";
import { type SlimCall, slimCall } from "./slim-call.ts";
import { awsEndpoint } from "./slim-endpoint.ts";

export { StoreUnavailable } from "../fault/error.ts";
export type { Credentials } from "./sign-request.ts";
export { environmentCredentials } from "./slim-endpoint.ts";

export interface SlimDynamo {
  readonly region: string;
  readonly credentials: () => Credentials;
  /** AWS's own of the region when absent. */
  readonly endpoint?: string | undefined;
  readonly agent?: Agent | undefined;
  readonly userAgent?: string | undefined;
}

export type SlimReaderOptions = ReaderOptions & SlimDynamo;

/** The same Reader as `dynamoReader`, without the SDK: a cold function is ready several times sooner. */
export function slimReader(options: SlimReaderOptions): Reader {
  return readerOver(slimReadCalls(slimDynamo(options)), options);
}

export function slimDynamo({
  region,
  endpoint,
  credentials,
  agent,
  userAgent,
}: SlimDynamo): SlimCall {
  return slimCall({
    service: "dynamodb",
    region,
    endpoint: endpoint ?? awsEndpoint("dynamodb", region),
    contentType: "application/x-amz-json-1.0",
    credentials,
    agent,
    userAgent,
  });
}

export function slimReadCalls(call: SlimCall): ReadCalls {
  return {
    batchGet: async (input, signal) =>
      parsed(await call("DynamoDB_20120810.BatchGetItem", input, signal), isBatchGetOutput),
    transactGet: async (input, signal) =>
      parsed(await call("DynamoDB_20120810.TransactGetItems", input, signal), isTransactGetOutput),
  };
}

export function parsed<T>(answer: unknown, isExpected: (answer: unknown) => answer is T): T {
  if (isExpected(answer)) return answer;
  throw new StoreUnavailable("malformed", "an answer that is not DynamoDB's");
}

function isBatchGetOutput(answer: unknown): answer is BatchGetOutput {
  if (!isObject(answer) || !isObject(answer.Responses)) return false;
  if (
    !Object.values(answer.Responses).every((items) => Array.isArray(items) && items.every(isItem))
  )
    return false;
  const unprocessed = answer.UnprocessedKeys ?? {};
  return (
    isObject(unprocessed) &&
    Object.values(unprocessed).every(
      (table) => isObject(table) && Array.isArray(table.Keys) && table.Keys.every(isItem),
    )
  );
}

function isTransactGetOutput(answer: unknown): answer is TransactGetOutput {
  if (!isObject(answer) || !Array.isArray(answer.Responses)) return false;
  return answer.Responses.every(
    (response) => isObject(response) && (response.Item === undefined || isItem(response.Item)),
  );
}

/** What an attribute holds is looked at where it is used. */
export function isItem(value: unknown): value is Item {
  return isObject(value) && Object.values(value).every(isObject);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
