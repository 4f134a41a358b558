import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";

/** A function behind a gateway. */
export type Integration = (
  event: never,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;
