import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareObj } from "@middy/core";
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";

/** What the authorizer tells the function behind (`callerContext`). */
export type AuthorizerContext = Readonly<Record<string, string>>;

export type AuthorizedEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext>;

/**
 * For functions behind the authorizer: refuses what did not come through it (500: the API is wired wrongly), and a body other than the one that was
 * signed (400), since an authorizer is never given bodies.
 */
export function requireAuthorization(): MiddlewareObj<AuthorizedEvent, APIGatewayProxyStructuredResultV2> {
  return {
    before: ({ event }) => {
      const context: Partial<AuthorizerContext> | undefined = event.requestContext.authorizer?.lambda;
      if (!context?.principalArn || !context.contentSha256) return refuse(500, "Internal Server Error");
      const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
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
