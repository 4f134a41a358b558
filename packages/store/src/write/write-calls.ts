import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";

type Send<Input> = (input: Input, signal: AbortSignal) => Promise<unknown>;

/** The DynamoDB calls of a Store's writes. No answer's content is used. */
export interface WriteCalls {
  readonly transactWrite: Send<TransactWriteItemsCommandInput>;
  readonly updateItem: Send<UpdateItemCommandInput>;
  readonly deleteItem: Send<DeleteItemCommandInput>;
}

/** A Store's writes through the AWS SDK. */
export function writeCallsThrough(client: DynamoDBClient): WriteCalls {
  return {
    transactWrite: (input, abortSignal) =>
      client.send(new TransactWriteItemsCommand(input), { abortSignal }),
    updateItem: (input, abortSignal) => client.send(new UpdateItemCommand(input), { abortSignal }),
    deleteItem: (input, abortSignal) => client.send(new DeleteItemCommand(input), { abortSignal }),
  };
}
