export { type AuthorizerHandler, authorizerHandler } from "./authorizer.ts";
export type { HttpHandler } from "./control-handler.ts";
export { createDirectory } from "./directory.ts";
export { iamHandler } from "./iam.ts";
export { createInstallation, type Installation } from "./installation.ts";
export { type OrderTable, orderTable } from "./order-table.ts";
export { ordersApi } from "./orders.ts";
export { ordersService } from "./orders-service.ts";
export { stsHandler } from "./sts.ts";
