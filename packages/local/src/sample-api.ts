import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AuthorizerOptions, createAuthorizer } from "@portcullis/authorizer";
import { assertRouted } from "@portcullis/authorizer/service-definition";
import {
  authorizerHandler,
  connectHandler,
  ordersApi,
  ordersRouter,
  ordersService,
  orderTable,
  policyHandler,
} from "@portcullis/functions";
import { httpApi } from "./gateway/http-api.ts";
import { restApi } from "./gateway/rest-api.ts";
import { webSocketApi } from "./gateway/web-socket-api.ts";
import { type Listening, listen } from "./server.ts";
import { type LocalSettings, REGION } from "./settings.ts";

/** The sample protected API behind both kinds of gateway. */
export interface SampleApi {
  readonly http: Listening;
  readonly rest: Listening;
}

const API_ID = "orders";
export const ORDERS_TABLE = "portcullis-orders";

export const SAMPLE_ROUTES: readonly string[] = [
  ...Object.keys(ordersService.routes),
  "GET /whoami",
];

export async function serveSampleApi(
  { apiPort, restPort, accountId, apiPolicy = false }: LocalSettings,
  client: DynamoDBClient,
  options: Omit<AuthorizerOptions, "service">,
): Promise<SampleApi> {
  assertRouted(ordersService, SAMPLE_ROUTES);
  const place = {
    authorizer: createAuthorizer({
      ...options,
      service: ordersService,
      apiPolicyOwner: apiPolicy ? accountId : undefined,
    }),
    region: REGION,
    apiId: API_ID,
    pathIsDecoded: false,
    router: ordersRouter,
  };
  const common = {
    routes: SAMPLE_ROUTES,
    integration: ordersApi(orderTable(client, ORDERS_TABLE)),
  };
  const identity = { apiId: API_ID, account: accountId, region: REGION };
  const http = await listen(
    apiPort,
    "PORTCULLIS_API_PORT",
    httpApi({
      ...common,
      identity: { ...identity, stage: "$default" },
      authorizer: {
        payload: "2.0",
        response: "simple",
        function: authorizerHandler(() => place),
        identitySources: [],
        ttlSeconds: 0,
      },
    }),
  );
  try {
    const rest = await listen(
      restPort,
      "PORTCULLIS_REST_PORT",
      restApi({
        ...common,
        identity: { ...identity, stage: "prod" },
        authorizer: {
          type: "REQUEST",
          function: policyHandler(() => place),
          identitySources: [],
          ttlSeconds: 0,
        },
        gatewayResponses: { ACCESS_DENIED: DENIAL },
      }),
      webSocketApi({
        identity: { ...identity, stage: WEB_SOCKET_STAGE },
        authorizer: connectHandler(() => place),
      }),
    );
    return { http, rest };
  } catch (error) {
    await http.close();
    throw error;
  }
}

/** A WebSocket API beside the REST API, at a stage of its own. */
const WEB_SOCKET_STAGE = "live";

/** As the deployed API's gateway response has it. */
const DENIAL =
  '{"message":"$context.authorizer.message","encodedAuthorizationMessage":"$context.authorizer.encodedAuthorizationMessage"}';
