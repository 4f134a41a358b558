export { ordersLocal } from "./local.ts";
export { type Order, type OrderTable, orderTable } from "./order-table.ts";
export { ordersApi } from "./orders-api.ts";
export { ordersService } from "./orders-service.ts";
