import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { AuthorizerContext } from "./verdict.ts";

/**
 * Those gateway responses of a REST API that can happen here
 * (APIGW/supported-gateway-response-types).
 */
export type ResponseType =
  | "ACCESS_DENIED"
  | "AUTHORIZER_CONFIGURATION_ERROR"
  | "AUTHORIZER_FAILURE"
  | "INTEGRATION_FAILURE"
  | "MISSING_AUTHENTICATION_TOKEN"
  | "REQUEST_TOO_LARGE"
  | "REQUEST_URI_TOO_LONG"
  | "UNAUTHORIZED";

interface Default {
  readonly statusCode: number;
  readonly errorType: string;
  readonly template: string;
}

const DEFAULTS: Readonly<Record<ResponseType, Default>> = {
  ACCESS_DENIED: {
    statusCode: 403,
    errorType: "AccessDeniedException",
    template: '{"Message":"User is not authorized to access this resource"}',
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    statusCode: 500,
    errorType: "AuthorizerConfigurationException",
    template: '{"message":null}',
  },
  AUTHORIZER_FAILURE: {
    statusCode: 500,
    errorType: "AuthorizerFailureException",
    template: '{"message":null}',
  },
  INTEGRATION_FAILURE: {
    statusCode: 502,
    errorType: "InternalServerErrorException",
    template: '{"message":"Internal server error"}',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    errorType: "MissingAuthenticationTokenException",
    template: '{"message":"Missing Authentication Token"}',
  },
  REQUEST_TOO_LARGE: {
    statusCode: 413,
    errorType: "RequestTooLargeException",
    template: '{"message":"Request Too Long"}',
  },
  // For a method ARN of more than 1,600 bytes. It cannot be customized.
  REQUEST_URI_TOO_LONG: {
    statusCode: 414,
    errorType: "RequestURITooLongException",
    template: '{"message":"Request URI Too Long"}',
  },
  UNAUTHORIZED: {
    statusCode: 401,
    errorType: "UnauthorizedException",
    template: '{"message":"Unauthorized"}',
  },
};

/** Templates that replace API Gateway's. */
export type GatewayResponses = Readonly<Partial<Record<ResponseType, string>>>;

/**
 * A gateway response. In its template `$context.authorizer.<name>` is replaced by the authorizer's
 * value as it is: nothing is escaped (APIGW/api-gateway-gatewayResponse-definition).
 */
export function gatewayResponse(
  type: ResponseType,
  own: GatewayResponses = {},
  context: AuthorizerContext = {},
): APIGatewayProxyStructuredResultV2 {
  const { statusCode, errorType, template } = DEFAULTS[type];
  const body = (own[type] ?? template).replace(
    /\$context\.authorizer\.([A-Za-z0-9_]+)/g,
    (_, name: string) => (Object.hasOwn(context, name) ? String(context[name]) : ""),
  );
  return {
    statusCode,
    headers: { "content-type": "application/json", "x-amzn-errortype": errorType },
    body,
  };
}
