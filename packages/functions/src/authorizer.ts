import { requestOfV2 } from "@portcullis/authorizer";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { simpleAnswer } from "./authorizer-http.ts";
import { type AuthorizerPlace, deployedAuthorizer } from "./authorizer-place.ts";

export { deployedAuthorizer };

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEventV2,
) => Promise<ReturnType<typeof simpleAnswer>>;

/** Answers API Gateway's question before every request to a protected HTTP API (payload 2.0, simple answers). */
export function authorizerHandler(place: () => AuthorizerPlace): AuthorizerHandler {
  return async (event) => {
    const { authorizer, region, apiId, pathIsDecoded } = place();
    return simpleAnswer(
      await authorizer.decide(requestOfV2(event, { region, apiId, pathIsDecoded })),
    );
  };
}

export const handler = authorizerHandler(deployedAuthorizer);
