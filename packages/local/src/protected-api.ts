import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AuthorizerOptions, createAuthorizer, createRouter } from "@portcullis/authorizer";
import type { DeclaredApi } from "@portcullis/authorizer/declared-api";
import { assertRouted, type ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { authorizerHandler, connectHandler, policyHandler } from "@portcullis/functions";
import { httpApi } from "./gateway/http-api.ts";
import type { Integration } from "./gateway/integration.ts";
import { restApi } from "./gateway/rest-api.ts";
import { webSocketApi } from "./gateway/web-socket-api.ts";
import { type Listening, listen } from "./server.ts";
import { type LocalSettings, REGION } from "./settings.ts";

/** An API that a local installation protects. The caller passes it in. */
export interface ProtectedApi {
  /** The id by which policies and tokens know it. */
  readonly apiId: string;
  readonly service: ServiceDefinition;
  /** The gateway's route keys, such as `GET /orders/{orderId}`. */
  readonly routes: readonly string[];
  /** Returns the function behind the routes, once its tables are there. */
  open(client: DynamoDBClient): Promise<Integration>;
}

/** A protected API behind both kinds of gateway. */
export interface ServedApi {
  readonly http: Listening;
  readonly rest: Listening;
}

/** An API as the control API knows it: once for each kind of gateway that serves it. */
export function declaredApis({ apiId, service, routes }: ProtectedApi): readonly DeclaredApi[] {
  return [
    { apiId, kind: "HTTP", stage: HTTP_STAGE, service, routes },
    { apiId, kind: "REST", stage: REST_STAGE, service, routes },
    { apiId, kind: "WEBSOCKET", stage: WEB_SOCKET_STAGE, service },
  ];
}

/** Serves an API as HTTP API, as REST API (stage `prod`) and as WebSocket API (stage `live`). */
export async function serveProtectedApi(
  { apiPort, restPort, accountId, apiPolicy = false, observe }: LocalSettings,
  { apiId, service, routes }: ProtectedApi,
  integration: Integration,
  options: Omit<AuthorizerOptions, "service">,
): Promise<ServedApi> {
  assertRouted(service, routes);
  const deployment = {
    authorizer: createAuthorizer({
      ...options,
      service,
      apiPolicyOwner: apiPolicy ? accountId : undefined,
      observe,
    }),
    region: REGION,
    apiId,
    pathIsDecoded: false,
    router: createRouter(Object.keys(service.routes)),
  };
  const common = { routes, integration };
  const identity = { apiId, account: accountId, region: REGION };
  const http = await listen(
    apiPort,
    "PORTCULLIS_API_PORT",
    httpApi({
      ...common,
      identity: { ...identity, stage: HTTP_STAGE },
      authorizer: {
        payload: "2.0",
        response: "simple",
        function: authorizerHandler(() => deployment),
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
        identity: { ...identity, stage: REST_STAGE },
        authorizer: {
          type: "REQUEST",
          function: policyHandler(() => deployment),
          identitySources: [],
          ttlSeconds: 0,
        },
        gatewayResponses: { ACCESS_DENIED: DENIAL },
      }),
      {
        upgrade: webSocketApi({
          identity: { ...identity, stage: WEB_SOCKET_STAGE },
          authorizer: connectHandler(() => deployment),
        }),
      },
    );
    return { http, rest };
  } catch (error) {
    await http.close();
    throw error;
  }
}

const HTTP_STAGE = "$default";
const REST_STAGE = "prod";
/** A WebSocket API beside the REST API, at a stage of its own. */
const WEB_SOCKET_STAGE = "live";

/** As the deployed API's gateway response has it. */
const DENIAL =
  '{"message":"$context.authorizer.message","encodedAuthorizationMessage":"$context.authorizer.encodedAuthorizationMessage"}';
