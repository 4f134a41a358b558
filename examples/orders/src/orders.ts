import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AuthorizedEvent } from "@portcullis/authorizer/middleware";
import type { Context } from "aws-lambda";
import { orderTable } from "./order-table.ts";
import { ordersApi } from "./orders-api.ts";

let api: ReturnType<typeof ordersApi> | undefined;

/** The deployed sample API. Its table is opened by the first request, not at import. */
export async function handler(event: AuthorizedEvent, context: Context) {
  api ??= ordersApi(orderTable(new DynamoDBClient({}), tableName()));
  return api(event, context);
}

function tableName(): string {
  const name = process.env.ORDERS_TABLE;
  if (!name) throw new Error("the environment variable ORDERS_TABLE is not set");
  return name;
}
