import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { AuthorizerContext } from "./verdict.ts";

/** The kinds of answers that a REST API gives by itself (APIGW/supported-gateway-response-types), those that can happen here. */
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
  // Of a method's ARN over 1,600 bytes; nobody can put an answer of one's own in its place.
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

/** Templates of one's own in place of API Gateway's. */
export type GatewayResponses = Readonly<Partial<Record<ResponseType, string>>>;

/**
 * One of the gateway's own answers. In its template `$context.authorizer.<name>` stands for what the authorizer put there, as it is:
 * nothing is escaped on the way (APIGW/api-gateway-gatewayResponse-definition).
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
