import { requestOfConnect } from "@portcullis/authorizer";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { policyAnswer } from "./authorizer-rest.ts";
import {
  type ApiAuthorizer,
  connectWhileLoading,
  deployedAuthorizer,
} from "./installation/api-authorizer.ts";

/** The event of a new connection. It has neither method nor path. */
export type ConnectEvent = Parameters<typeof requestOfConnect>[0] & {
  readonly type: "REQUEST";
  readonly methodArn: string;
};

export type ConnectHandler = (event: ConnectEvent) => Promise<APIGatewayAuthorizerResult>;

/**
 * Answers a WebSocket API's event of a new connection: `execute-api:Invoke` on `.../$connect`, or
 * what the service definition's route `$connect` says. Permissions count when the connection
 * begins, and it stays until it ends.
 */
export function connectHandler(api: () => ApiAuthorizer): ConnectHandler {
  connectWhileLoading();
  return async (event) => {
    const { authorizer, region, apiId, connectPath: path } = api();
    const answer = await authorizer.decide(requestOfConnect(event, { region, apiId, path }));
    const made = await policyAnswer(answer, event.methodArn);
    // The caller can't see a reason, and an answer has 8 KB at most.
    return answer.kind === "allowed"
      ? made
      : { ...made, context: { decisionId: answer.decisionId } };
  };
}

/** The authorizer of WebSocket APIs, as deployed. */
export const handler: ConnectHandler = connectHandler(deployedAuthorizer);
