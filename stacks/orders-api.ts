import { assertRouted } from "../packages/authorizer/src/service/service-definition.ts";
import { ordersService } from "../packages/functions/src/orders-service.ts";
import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { protect } from "./protect.ts";
import { keepsData, logRetention, physicalName } from "./stage.ts";

export interface OrdersApiArgs extends FunctionSettings {
  readonly store: IdentityStore;
  /** The control API's URL, to take its tokens besides signatures. */
  readonly issuer?: $util.Input<string>;
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

/** The sample of a protected API: each route asks Portcullis, and the function behind holds only its own table. */
export function ordersApi(name: string, args: OrdersApiArgs): OrdersApi {
  const code = args.code ?? ".";
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
    handler: handler(code, "orders"),
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
    apiId: "orders",
    store: args.store,
    code,
    tracing: args.tracing,
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
