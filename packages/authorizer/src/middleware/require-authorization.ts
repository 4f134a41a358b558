import { createHash, timingSafeEqual } from "node:crypto";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  APIGatewayProxyWithLambdaAuthorizerEvent,
} from "aws-lambda";
import type { LambdaMiddleware } from "./lambda-middleware.ts";

/** The authorizer's context for the function behind (`callerContext`). */
export type AuthorizerContext = Readonly<Record<string, string>>;

/**
 * An event of a request that the authorizer allowed, of an HTTP API (payload 2.0) or a REST API.
 */
export type AuthorizedEvent =
  | APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>
  | APIGatewayProxyWithLambdaAuthorizerEvent<AuthorizerContext>;

/**
 * For functions behind the authorizer. Answers 500 to events that did not come through it, since
 * the API is misconfigured, and 400 to a body other than the signed one, since an authorizer never
 * gets bodies.
 */
export function requireAuthorization(): LambdaMiddleware<
  AuthorizedEvent,
  APIGatewayProxyStructuredResultV2
> {
  return {
    before: ({ event }) => {
      const context = authorizerContext(event);
      // Nobody is proven only where the API is observed and lets such requests through.
      const isDecided = context?.principalArn || context?.principalType === "Anonymous";
      if (!isDecided || !context.contentSha256) return refuse(500, "Internal Server Error");
      const body = bodyOf(event);
      if (context.contentSha256 !== "UNSIGNED-PAYLOAD" && !sameHash(context.contentSha256, body)) {
        return refuse(
          400,
          "The body is not the one that was signed: its SHA-256 differs from x-amz-content-sha256.",
        );
      }
      return undefined;
    },
  };
}

/** The authorizer's context. Undefined when the event did not come through one. */
export function authorizerContext(event: AuthorizedEvent): Partial<AuthorizerContext> | undefined {
  const authorizer: unknown = event.requestContext?.authorizer;
  if (typeof authorizer !== "object" || authorizer === null) return undefined;
  const context: unknown =
    "routeKey" in event && "lambda" in authorizer ? authorizer.lambda : authorizer;
  if (typeof context !== "object" || context === null) return undefined;
  return Object.fromEntries(
    Object.entries(context).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

/** The bytes of an event's body. */
export const bodyOf = ({
  body,
  isBase64Encoded,
}: {
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}): Buffer => Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

function sameHash(declared: string, body: Uint8Array): boolean {
  const actual = createHash("sha256").update(body).digest();
  const expected = Buffer.from(declared, "hex");
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const refuse = (statusCode: number, message: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message }),
});
