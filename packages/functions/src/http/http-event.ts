import type { ControlRequest } from "@portcullis/control-api";
import type { WireResponse } from "@portcullis/protocol";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/**
 * API Gateway's event (payload 2.0) as a request. Repeated headers are joined by commas. What is
 * ambiguous by that is refused later.
 */
export function controlRequest(event: APIGatewayProxyEventV2): ControlRequest {
  return {
    signed: {
      method: event.requestContext.http.method,
      rawPath: event.rawPath,
      rawQuery: event.rawQueryString,
      headers: Object.entries(event.headers).map(([name, value]) => [name, value ?? ""] as const),
    },
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    sourceIp: event.requestContext.http.sourceIp,
  };
}

/** A service's answer as API Gateway takes it (payload 2.0). */
export const httpResult = ({
  status,
  headers,
  body,
}: WireResponse): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers,
  body,
});
