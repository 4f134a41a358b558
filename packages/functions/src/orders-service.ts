import { defineService } from "@portcullis/authorizer";

/** The sample API in the policy language. */
export const ordersService = defineService({
  service: "orders",
  routes: {
    "GET /orders": { action: "orders:ListOrders", resource: "*" },
    "POST /orders": { action: "orders:CreateOrder", resource: "*" },
    "GET /orders/{orderId}": { action: "orders:GetOrder", resource: "order/{orderId}" },
    "DELETE /orders/{orderId}": { action: "orders:DeleteOrder", resource: "order/{orderId}" },
    "GET /accounts/{accountId}/orders/{orderId}": {
      action: "orders:GetOrder",
      resource: "order/{orderId}",
      accountFrom: "accountId",
    },
  },
});
