import { defineService } from "@portcullis/authorizer/service-definition";

/** The service definition of the sample API. `docs/reference/orders.md` is made from it. */
export const ordersService = defineService({
  service: "orders",
  title: "Orders",
  routes: {
    "GET /orders": {
      action: "orders:ListOrders",
      resource: "*",
      description: "Lists the orders of an account.",
    },
    "POST /orders": {
      action: "orders:CreateOrder",
      resource: "*",
      description: "Creates an order.",
    },
    "GET /orders/{orderId}": {
      action: "orders:GetOrder",
      resource: "order/{orderId}",
      description: "Shows an order.",
    },
    "DELETE /orders/{orderId}": {
      action: "orders:DeleteOrder",
      resource: "order/{orderId}",
      description: "Deletes an order.",
    },
    "GET /accounts/{accountId}/orders/{orderId}": {
      action: "orders:GetOrder",
      resource: "order/{orderId}",
      accountFrom: "accountId",
      description: "Shows an order of the account that is named.",
    },
  },
});
