import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ConnectEvent } from "@portcullis/functions";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { type AuthorizerFunction, callAuthorizer } from "./authorizer-call.ts";
import type { ApiIdentity } from "./event.ts";
import { gatewayAnswer, messageOf } from "./http-message.ts";
import { grouped } from "./rest-event.ts";
import { policyVerdict } from "./verdict.ts";

export interface WebSocketApi {
  readonly identity: ApiIdentity;
  readonly authorizer: AuthorizerFunction<ConnectEvent>;
}

/** Takes requests for a protocol upgrade out of a server's hands. */
export interface Upgrade {
  takes(request: IncomingMessage): boolean;
  /** @param head bytes that came after the request's headers */
  serve(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

/**
 * A WebSocket API of API Gateway at its stage's path, as far as its authorizer goes. A client is
 * authorized once, at `$connect`, and stays connected. Messages get no answer: there is no other
 * route.
 */
export function webSocketApi(api: WebSocketApi): Upgrade {
  const { stage } = api.identity;
  return {
    takes: ({ url = "", headers }) =>
      headers.upgrade?.toLowerCase() === "websocket" && url.split("?")[0] === `/${stage}`,
    async serve(request, socket) {
      // A client may disconnect at any time.
      socket.on("error", () => socket.destroy());
      const refused = badHandshake(request) ?? (await refusal(request, api));
      if (refused !== undefined) return refuse(socket, refused);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${acceptance(request)}\r\n\r\n`,
      );
      socket.on("data", (bytes: Buffer) => {
        if (isClose(bytes)) socket.end(CLOSED);
      });
    },
  };
}

/** RFC 6455, 4.2.1. */
function badHandshake({
  method,
  headers,
}: IncomingMessage): APIGatewayProxyStructuredResultV2 | undefined {
  const key = Buffer.from(headers["sec-websocket-key"] ?? "", "base64");
  const good = method === "GET" && headers["sec-websocket-version"] === "13" && key.length === 16;
  return good ? undefined : gatewayAnswer(400, "Bad Request");
}

/**
 * API Gateway's limits of an authorizer's answer
 * (APIGW/apigateway-execution-service-websocket-limits-table).
 */
const ANSWER_AT_MOST = 8 * 1024;

async function refusal(
  request: IncomingMessage,
  { identity, authorizer }: WebSocketApi,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const event = connectEvent(request, identity);
  const called = await callAuthorizer(authorizer, event);
  const isLarge =
    called.kind === "answered" && JSON.stringify(called.answer ?? null).length > ANSWER_AT_MOST;
  const verdict = policyVerdict(isLarge ? { kind: "failed" } : called, event.methodArn, false);
  if (verdict.kind === "unauthorized") return gatewayAnswer(401, "Unauthorized");
  if (verdict.kind === "failed") return gatewayAnswer(500, "Internal server error");
  return verdict.kind === "denied" ? gatewayAnswer(403, "Forbidden") : undefined;
}

/**
 * The event that API Gateway sends: without method, path or body
 * (APIGW/apigateway-websocket-api-lambda-auth).
 */
function connectEvent(request: IncomingMessage, identity: ApiIdentity): ConnectEvent {
  const { region, account, apiId, stage } = identity;
  const { rawHeaders, rawQuery, headers, sourceIp } = messageOf(request, Buffer.alloc(0));
  const query = [...new URLSearchParams(rawQuery)];
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/$connect`,
    headers: Object.fromEntries(rawHeaders),
    multiValueHeaders: grouped(rawHeaders),
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: grouped(query),
    requestContext: {
      routeKey: "$connect",
      eventType: "CONNECT",
      connectionId: randomUUID(),
      requestId: randomUUID(),
      apiId,
      stage,
      identity: { sourceIp, userAgent: headers["user-agent"] ?? null },
    },
  };
}

function refuse(
  socket: Duplex,
  { statusCode, body = "" }: APIGatewayProxyStructuredResultV2,
): void {
  socket.end(
    `HTTP/1.1 ${statusCode} \r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** RFC 6455, 4.2.2. */
const acceptance = ({ headers }: IncomingMessage): string =>
  createHash("sha1")
    .update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");

/** RFC 6455, 5.5.1. Fragmented frames are not joined. */
const isClose = (bytes: Buffer): boolean => ((bytes[0] ?? 0) & 0x0f) === 8;
const CLOSED = Buffer.from([0x88, 0x00]);
