import type { QueryOutput } from "../read/query.ts";
import type { StoreCalls } from "../store.ts";
import {
  isItem,
  isObject,
  parsed,
  type SlimDynamo,
  slimDynamo,
  slimReadCalls,
} from "./slim-reader.ts";

/** A Store's calls without the SDK, with about a third of its CPU time. */
export function slimStoreCalls(options: SlimDynamo): StoreCalls {
  const call = slimDynamo({ userAgent: "portcullis-store", ...options });
  return {
    ...slimReadCalls(call),
    query: async (input, signal) =>
      parsed(await call("DynamoDB_20120810.Query", input, signal), isQueryOutput),
    transactWrite: (input, signal) => call("DynamoDB_20120810.TransactWriteItems", input, signal),
    updateItem: (input, signal) => call("DynamoDB_20120810.UpdateItem", input, signal),
    deleteItem: (input, signal) => call("DynamoDB_20120810.DeleteItem", input, signal),
  };
}

function isQueryOutput(answer: unknown): answer is QueryOutput {
  if (!isObject(answer) || !Array.isArray(answer.Items) || !answer.Items.every(isItem))
    return false;
  return answer.LastEvaluatedKey === undefined || isItem(answer.LastEvaluatedKey);
}
