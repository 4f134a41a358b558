import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareObj } from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  APIGatewayProxyWithLambdaAuthorizerEvent,
} from "aws-lambda";

/** What the authorizer tells the function behind (`callerContext`). */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** A request that the authorizer let pass, as an HTTP API (payload 2.0) or a REST API hands it over. */
export type AuthorizedEvent =
  | APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>
  | APIGatewayProxyWithLambdaAuthorizerEvent<AuthorizerContext>;

/**
 * For functions behind the authorizer: refuses what did not come through it (500: the API is wired wrongly), and a body other than the one that was
 * signed (400), since an authorizer is never given bodies.
 */
export function requireAuthorization(): MiddlewareObj<
  AuthorizedEvent,
  APIGatewayProxyStructuredResultV2
> {
  return {
    before: ({ event }) => {
      const context = authorizerContext(event);
      if (!context?.principalArn || !context.contentSha256)
        return refuse(500, "Internal Server Error");
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

/** What the authorizer said of the caller; undefined when the event did not come through one. */
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
