import { requestOfConnect } from "@portcullis/authorizer";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { type AuthorizerPlace, deployedAuthorizer } from "./authorizer-place.ts";
import { policyAnswer } from "./authorizer-rest.ts";

/** API Gateway's question: it has neither method nor path. */
export type ConnectEvent = Parameters<typeof requestOfConnect>[0] & {
  readonly type: "REQUEST";
  readonly methodArn: string;
};

/**
 * Answers a WebSocket API's question when somebody connects, to `execute-api:Invoke` on `.../$connect` or as the service definition's
 * route `$connect` says. Whoever has connected stays so until the connection ends: permissions count when it begins.
 */
export function connectHandler(
  place: () => AuthorizerPlace,
): (event: ConnectEvent) => Promise<APIGatewayAuthorizerResult> {
  return async (event) => {
    const { authorizer, region, apiId, connectPath: path } = place();
    const answer = await authorizer.decide(requestOfConnect(event, { region, apiId, path }));
    const made = await policyAnswer(answer, event.methodArn);
    // Nothing could show the caller why, and 8 KB are all that a WebSocket API takes for an answer.
    return answer.kind === "allowed"
      ? made
      : { ...made, context: { decisionId: answer.decisionId } };
  };
}

export const handler = connectHandler(deployedAuthorizer);
