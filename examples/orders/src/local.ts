import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createOrderTable, orderTable } from "./order-table.ts";
import { ordersApi } from "./orders-api.ts";
import { ordersService } from "./orders-service.ts";

const TABLE = "portcullis-orders";

/** The sample API as `startLocal` of `@portcullis/local` takes a protected API. */
export const ordersLocal = {
  apiId: "orders",
  service: ordersService,
  routes: [...Object.keys(ordersService.routes), "GET /whoami"],
  async open(client: DynamoDBClient) {
    await createOrderTable(client, TABLE);
    return ordersApi(orderTable(client, TABLE));
  },
};
