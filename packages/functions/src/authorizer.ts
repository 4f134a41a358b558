import { requestOfV2 } from "@portcullis/authorizer";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { simpleAnswer } from "./http/simple-answer.ts";
import {
  type ApiAuthorizer,
  type AuthorizerChoices,
  connectWhileLoading,
  deployedAuthorizer,
} from "./installation/api-authorizer.ts";

export { type ApiAuthorizer, type AuthorizerChoices, deployedAuthorizer };

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEventV2,
) => Promise<ReturnType<typeof simpleAnswer>>;

/**
 * Answers API Gateway's event before every request to a protected HTTP API (payload 2.0, simple
 * answers).
 */
export function authorizerHandler(api: () => ApiAuthorizer): AuthorizerHandler {
  connectWhileLoading();
  return async (event) => {
    const { authorizer, region, apiId, pathIsDecoded } = api();
    return simpleAnswer(
      await authorizer.decide(requestOfV2(event, { region, apiId, pathIsDecoded })),
    );
  };
}

/** The authorizer of HTTP APIs with simple answers, as deployed. */
export const handler: AuthorizerHandler = authorizerHandler(deployedAuthorizer);
