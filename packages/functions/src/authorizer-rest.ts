import {
  type Allowed,
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
import {
  type ApiAuthorizer,
  connectWhileLoading,
  deployedAuthorizer,
} from "./installation/api-authorizer.ts";

/**
 * Events that are answered by an IAM policy: of REST APIs, and of HTTP APIs of either payload that
 * are set up so.
 */
export type PolicyEvent =
  | (APIGatewayRequestAuthorizerEvent & { readonly version?: "1.0" })
  | (APIGatewayTokenAuthorizerEvent & { readonly version?: never })
  | APIGatewayRequestAuthorizerEventV2;

export type PolicyHandler = (event: PolicyEvent) => Promise<APIGatewayAuthorizerResult>;

/** Answers a REST API's event, REQUEST or TOKEN, by a policy for the requested method. */
export function policyHandler(api: () => ApiAuthorizer): PolicyHandler {
  connectWhileLoading();
  return async (event) => {
    const found = api();
    const arn = "routeArn" in event ? event.routeArn : event.methodArn;
    const unanswerable = isExpressible(arn) ? undefined : INEXPRESSIBLE;
    const answer = await found.authorizer.decide({ ...requestOf(event, found), unanswerable });
    return policyAnswer(answer, arn);
  };
}

/** The authorizer of REST APIs, and of HTTP APIs that take IAM policies, as deployed. */
export const handler: PolicyHandler = policyHandler(deployedAuthorizer);

function requestOf(event: PolicyEvent, { region, apiId, pathIsDecoded, router }: ApiAuthorizer) {
  const options = { region, apiId };
  if ("routeArn" in event) return requestOfV2(event, { ...options, pathIsDecoded });
  if (event.type === "TOKEN") return requestOfToken(event, { ...options, router });
  // Only HTTP APIs send a version, and only they decode paths.
  const decoded = event.version === "1.0" && pathIsDecoded;
  return requestOfV1(event, { ...options, pathIsDecoded: decoded, queryIsDecoded: true });
}

/** API Gateway's limit on a policy's resource. */
const RESOURCE_AT_MOST = 512;

/**
 * A wildcard in the path would be a wildcard in the policy, and match other paths if the answer
 * were cached.
 */
const isExpressible = (arn: string): boolean => arn.length <= RESOURCE_AT_MOST && !/[*?]/.test(arn);

const INEXPRESSIBLE = "the path of the request cannot be put into an answer to API Gateway";

/**
 * The answer as a policy for one method. A denial has what a gateway response can show: AWS's
 * sentence and the encoded message. Both are escaped for the JSON of its template, which inserts
 * them as they are.
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
  if (answer.cacheable !== undefined) {
    const context = answer.kind === "allowed" ? callerContext(answer) : { decisionId };
    return { principalId, policyDocument: cacheableDocument(answer.cacheable, methodArn), context };
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

/** A policy that is valid for every method of this API and stage. */
function cacheableDocument(statements: NonNullable<Allowed["cacheable"]>, methodArn: string) {
  const [api = "", stage = ""] = methodArn.split("/");
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ effect, methods }) => ({
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
