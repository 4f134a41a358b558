import {
  type Answer,
  callerContext,
  requestOfToken,
  requestOfV1,
  requestOfV2,
} from "@portcullis/authorizer";
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { type AuthorizerPlace, deployedAuthorizer } from "./authorizer-place.ts";

/** Questions that are answered by an IAM policy: REST APIs', and HTTP APIs' of either payload that ask so. */
export type PolicyEvent =
  | (APIGatewayRequestAuthorizerEvent & { readonly version?: "1.0" })
  | (APIGatewayTokenAuthorizerEvent & { readonly version?: never })
  | APIGatewayRequestAuthorizerEventV2;

export type PolicyHandler = (event: PolicyEvent) => Promise<APIGatewayAuthorizerResult>;

/** Answers a REST API's question, REQUEST or TOKEN, by a policy for the method that is asked for. */
export function policyHandler(place: () => AuthorizerPlace): PolicyHandler {
  return async (event) => {
    const here = place();
    const arn = "routeArn" in event ? event.routeArn : event.methodArn;
    const unanswerable = isExpressible(arn) ? undefined : INEXPRESSIBLE;
    const answer = await here.authorizer.decide({ ...requestOf(event, here), unanswerable });
    return policyAnswer(answer, arn);
  };
}

export const handler = policyHandler(deployedAuthorizer);

function requestOf(event: PolicyEvent, { region, apiId, pathIsDecoded, router }: AuthorizerPlace) {
  const place = { region, apiId };
  if ("routeArn" in event) return requestOfV2(event, { ...place, pathIsDecoded });
  if (event.type === "TOKEN") return requestOfToken(event, { ...place, router });
  // Only HTTP APIs name a version, and only they decode paths.
  const decoded = event.version === "1.0" && pathIsDecoded;
  return requestOfV1(event, { ...place, pathIsDecoded: decoded, queryIsDecoded: true });
}

/** What API Gateway takes for a policy's resource. */
const RESOURCE_AT_MOST = 512;

/** A wildcard in the path would be one in the policy too, and so stand for other paths if the answer were cached. */
const isExpressible = (arn: string): boolean => arn.length <= RESOURCE_AT_MOST && !/[*?]/.test(arn);

const INEXPRESSIBLE = "the path of the request cannot be put into an answer to API Gateway";

/**
 * The answer as a policy for one method. A denial has what a gateway response can show: AWS's sentence and the encoded message, escaped
 * for the JSON of its template, which puts them in as they are.
 * @throws {Error} `Unauthorized`, or the failure
 */
export async function policyAnswer(
  answer: Answer,
  methodArn: string,
): Promise<APIGatewayAuthorizerResult> {
  if (answer.kind === "unauthenticated") throw new Error("Unauthorized");
  if (answer.kind === "failed")
    throw new Error(`the decision ${answer.decisionId} failed; the log says why`);
  const { decisionId, caller } = answer;
  const principalId = "userId" in caller.principal ? caller.principal.userId : caller.account;
  const expressible = isExpressible(methodArn);
  if (answer.kept !== undefined) {
    const context = answer.kind === "allowed" ? callerContext(answer) : { decisionId };
    return { principalId, policyDocument: keptPolicy(answer.kept, methodArn), context };
  }
  if (answer.kind === "allowed" && expressible)
    return {
      principalId,
      policyDocument: policy("Allow", methodArn),
      context: callerContext(answer),
    };
  const [message, encoded] =
    answer.kind === "allowed"
      ? [INEXPRESSIBLE, ""]
      : [answer.message, await answer.encodedMessage()];
  return {
    principalId,
    policyDocument: policy("Deny", expressible ? methodArn : "*"),
    context: { decisionId, message: escaped(message), encodedAuthorizationMessage: encoded },
  };
}

/** Valid for every method of this API and stage, whichever was asked for. */
function keptPolicy(
  kept: NonNullable<Extract<Answer, { kind: "allowed" }>["kept"]>,
  methodArn: string,
) {
  const [api = "", stage = ""] = methodArn.split("/");
  return {
    Version: "2012-10-17",
    Statement: kept.map(({ effect, methods }) => ({
      Action: "execute-api:Invoke",
      Effect: effect,
      Resource: methods.map((method) => `${api}/${stage}/${method}`),
    })),
  };
}

const policy = (Effect: "Allow" | "Deny", Resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
});

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
