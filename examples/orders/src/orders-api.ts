import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import {
  type AuthorizedEvent,
  authorizedRequest,
  requireAuthorization,
} from "@portcullis/authorizer/middleware";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { OrderTable } from "./order-table.ts";

/**
 * The routes of the sample API. The caller and its account come from the authorizer's context; the
 * middleware refuses an event without one, and a body that differs from the hash that was signed.
 */
export const ordersApi = (orders: OrderTable) =>
  middy((event: AuthorizedEvent) => answer(orders, event)).use(requireAuthorization());

async function answer(
  orders: OrderTable,
  event: AuthorizedEvent,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, pathParameters, caller, body } = authorizedRequest(event);
  const account = pathParameters.accountId ?? caller.accountId ?? "";
  const orderId = pathParameters.orderId ?? "";
  switch (routeKey) {
    case "GET /orders":
      return json(200, { orders: await orders.list(account) });
    case "POST /orders": {
      const order = readOrder(body);
      if (order === undefined)
        return json(400, {
          message:
            'The body must be JSON such as {"item": "book", "quantity": 1}, with a quantity above 0.',
        });
      const made = { orderId: randomUUID(), ...order };
      await orders.put(account, made);
      return json(201, made);
    }
    case "GET /orders/{orderId}":
    case "GET /accounts/{accountId}/orders/{orderId}": {
      const order = await orders.get(account, orderId);
      return order === undefined ? noSuchOrder(orderId) : json(200, order);
    }
    case "DELETE /orders/{orderId}":
      return (await orders.delete(account, orderId)) ? { statusCode: 204 } : noSuchOrder(orderId);
    case "GET /whoami": {
      const { contentSha256: _, principalId: __, ...shown } = caller;
      return json(200, shown);
    }
    default:
      return json(404, { message: "Not Found" });
  }
}

function readOrder(body: Buffer): { readonly item: string; readonly quantity: number } | undefined {
  try {
    const order: unknown = JSON.parse(body.toString("utf8"));
    if (typeof order !== "object" || order === null || !("item" in order) || !("quantity" in order))
      return undefined;
    const { item, quantity } = order;
    if (typeof item !== "string" || item.length === 0 || item.length > 1000) return undefined;
    if (typeof quantity !== "number" || !Number.isFinite(quantity) || quantity <= 0)
      return undefined;
    return { item, quantity };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const noSuchOrder = (orderId: string) =>
  json(404, { message: `There is no order \`${orderId}\`.` });

const json = (statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
