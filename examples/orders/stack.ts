import { assertRouted } from "../../packages/authorizer/src/service/service-definition.ts";
import type { IdentityStore } from "../../stacks/identity-store.ts";
import { leastPrivilegeFunction } from "../../stacks/least-privilege-function.ts";
import { protect } from "../../stacks/protect.ts";
import { keepsData, logRetention, physicalName } from "../../stacks/stage.ts";
import { ordersService } from "./src/orders-service.ts";

export interface OrdersApiArgs {
  readonly store: IdentityStore;
  /** Whether X-Ray records the functions' invocations. @default false */
  readonly tracing?: boolean;
  /** The control API's URL, to take its tokens besides signatures. */
  readonly issuer?: $util.Input<string>;
  /** Lets through what would be denied. @default false */
  readonly observe?: boolean;
}

export interface OrdersApi {
  readonly api: sst.aws.ApiGatewayV2;
  readonly function: sst.aws.Function;
  readonly authorizer: sst.aws.Function;
}

const ROUTES = {
  "GET /orders": "ListOrders",
  "POST /orders": "CreateOrder",
  "GET /orders/{orderId}": "GetOrder",
  "DELETE /orders/{orderId}": "DeleteOrder",
  "GET /accounts/{accountId}/orders/{orderId}": "GetAccountOrder",
  "GET /whoami": "WhoAmI",
};

/** The sample API, for the control API. */
export const ORDERS = {
  apiId: "orders",
  service: ordersService,
  routes: Object.keys(ROUTES),
};

/**
 * The sample API, deployed by the repository's own SST app: Portcullis authorizes every route, and
 * the function behind them may use its own table only.
 */
export function ordersApi(name: string, args: OrdersApiArgs): OrdersApi {
  assertRouted(ordersService, Object.keys(ROUTES));
  const api = new sst.aws.ApiGatewayV2(name, {
    cors: false,
    accessLog: { retention: logRetention() },
    transform: { api: { name: physicalName("orders") } },
  });
  const table = ordersTable(name);
  const fn = leastPrivilegeFunction(`${name}Function`, {
    part: "orders",
    description: "The sample orders API: its own table only",
    handler: "examples/orders/src/orders.handler",
    environment: { ORDERS_TABLE: table.name },
    permissions: [
      {
        actions: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
        resources: [table.arn],
      },
    ],
    timeout: "10 seconds",
    memory: "512 MB",
    tracing: args.tracing,
  });
  const protection = protect(`${name}Protection`, api, {
    apiId: ORDERS.apiId,
    store: args.store,
    handler: "examples/orders/src/authorizer.handler",
    tracing: args.tracing,
    observe: args.observe ?? false,
    ...(args.issuer && { issuer: args.issuer }),
  });
  for (const [route, routeName] of Object.entries(ROUTES)) {
    api.route(route, fn.arn, { auth: protection.auth, name: routeName });
  }
  return { api, function: fn, authorizer: protection.authorizer };
}

function ordersTable(name: string): sst.aws.Dynamo {
  return new sst.aws.Dynamo(`${name}Table`, {
    fields: { account: "string", orderId: "string" },
    primaryIndex: { hashKey: "account", rangeKey: "orderId" },
    deletionProtection: keepsData(),
    transform: { table: { name: physicalName("orders") } },
  });
}
