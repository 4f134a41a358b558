import {
  type DynamoDBClient,
  DynamoDBServiceException,
  type ServiceInputTypes,
  type TransactWriteItem,
  type Update,
} from "@aws-sdk/client-dynamodb";
import { cancellationReasons } from "../fault/fault.ts";
import type { WriteCalls } from "../write/write-calls.ts";

/**
 * Makes a client refuse what DynamoDB refuses and the embedded engine accepts, so that faults show
 * before deployment: transactions that set a key attribute, items with more or fewer than one
 * action, and invalid expressions, which the engine reports as a cancelled transaction. For local
 * runs and tests.
 */
export function guardTransactions(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => (args) => guarded(transactItemsOf(args.input), () => next(args)),
    { step: "initialize", name: "guardTransactions" },
  );
}

/** The same for a Store's calls that do not go through a client. */
export const guardedCalls = <Calls extends WriteCalls>(calls: Calls): Calls => ({
  ...calls,
  transactWrite: (input, signal) =>
    guarded(transactItemsOf(input), () => calls.transactWrite(input, signal)),
});

async function guarded<T>(items: readonly TransactWriteItem[], send: () => Promise<T>): Promise<T> {
  for (const item of items) refuseFaults(item);
  try {
    return await send();
  } catch (error) {
    throw wrongExpressionOf(error) ?? error;
  }
}

function transactItemsOf(input: ServiceInputTypes): readonly TransactWriteItem[] {
  if (!("TransactItems" in input)) return [];
  // TransactGetItems has items with a Get.
  return (input.TransactItems ?? []).filter((item): item is TransactWriteItem => !("Get" in item));
}

const ACTIONS = ["ConditionCheck", "Put", "Delete", "Update"] as const;

function refuseFaults(item: TransactWriteItem): void {
  const actions = ACTIONS.filter((action) => item[action] !== undefined);
  if (actions.length !== 1) {
    throw validationException("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const key = item.Update && keyAttributeSet(item.Update);
  if (key !== undefined) {
    throw validationException(
      `One or more parameter values were invalid: Cannot update attribute ${key}. This attribute is part of the key`,
    );
  }
}

/** The key attribute that an update would change, if any. */
function keyAttributeSet({
  Key,
  UpdateExpression = "",
  ExpressionAttributeNames = {},
}: Update): string | undefined {
  const resolve = (name: string) => ExpressionAttributeNames[name] ?? name;
  return targetsOf(UpdateExpression)
    .map(resolve)
    .find((name) => Key !== undefined && Object.hasOwn(Key, name));
}

const TOKEN = /[#:]?\w+|\S/g;
const CLAUSE = /^(set|remove|add|delete)$/i;

/** The attributes that an update expression changes: each name after a clause or a comma. */
function targetsOf(expression: string): readonly string[] {
  const targets: string[] = [];
  let depth = 0;
  let isTarget = false;
  for (const token of expression.match(TOKEN) ?? []) {
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (depth === 0 && (token === "," || CLAUSE.test(token))) isTarget = true;
    else if (isTarget) {
      targets.push(token);
      isTarget = false;
    }
  }
  return targets;
}

// Errors that depend on the item cancel a transaction in DynamoDB too.
const DEPENDS_ON_ITEM =
  /^Operands for|does not exist in the item|invalid for update$|incorrect data type|item size|number (over|under)flow/i;

function wrongExpressionOf(error: unknown): Error | undefined {
  const reason = cancellationReasons(error).find(
    ({ Code, Message }) => Code === "ValidationError" && !DEPENDS_ON_ITEM.test(Message ?? ""),
  );
  return reason && validationException(reason.Message ?? "");
}

function validationException(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: "ValidationException",
    $fault: "client",
    message,
    $metadata: { httpStatusCode: 400 },
  });
}
