import { requestOfConnect } from "@portcullis/authorizer";
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { type AuthorizerPlace, deployedAuthorizer } from "./authorizer-place.ts";
import { policyAnswer } from "./authorizer-rest.ts";

/**
 * Answers a WebSocket API's question when somebody connects, to `execute-api:Invoke` on `.../$connect` or as the service definition's
 * route `$connect` says. Whoever has connected stays so until the connection ends: permissions count when it begins.
 */
export function connectHandler(
  place: () => AuthorizerPlace,
): (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult> {
  return async (event) => {
    const { authorizer, region, apiId, connectPath: path } = place();
    const answer = await authorizer.decide(requestOfConnect(event, { region, apiId, path }));
    return policyAnswer(answer, event.methodArn);
  };
}

export const handler = connectHandler(deployedAuthorizer);
