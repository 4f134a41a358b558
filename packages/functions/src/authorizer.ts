import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import middy from "@middy/core";
import { type Authorizer, createAuthorizer, logToStdout } from "@portcullis/authorizer";
import { kmsKeyWrapper } from "@portcullis/store";
import { dynamoReader } from "@portcullis/store/reader";
import type { APIGatewayRequestAuthorizerEventV2, Context } from "aws-lambda";
import { answerHttpApi, httpApiRequest } from "./authorizer-http.ts";
import { createDirectory } from "./directory.ts";
import { managementAccount, required } from "./environment.ts";
import { ordersService } from "./orders-service.ts";

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEventV2,
  context: Context,
) => Promise<ReturnType<typeof answerHttpApi>>;

/** Answers API Gateway's question before every request to a protected HTTP API (payload 2.0, simple answers). */
export function authorizerHandler(
  place: () => {
    readonly authorizer: Authorizer;
    readonly region: string;
    readonly apiId: string | undefined;
  },
): AuthorizerHandler {
  let found: ReturnType<typeof place> | undefined;
  return middy(async (event: APIGatewayRequestAuthorizerEventV2) => {
    found ??= place();
    const { authorizer, region, apiId } = found;
    return answerHttpApi(await authorizer.decide(httpApiRequest(event, region, apiId)));
  });
}

export const handler = authorizerHandler(() => {
  const tableName = required("PORTCULLIS_TABLE");
  const reader = dynamoReader({ client: new DynamoDBClient({}), tableName });
  const unwrapper = kmsKeyWrapper(
    new KMSClient({}),
    required("PORTCULLIS_KMS_KEY"),
    required("PORTCULLIS_INSTALLATION"),
  );
  const directory = createDirectory({ reader, unwrapper, managementAccount: managementAccount() });
  const authorizer = createAuthorizer({ directory, reader, service: ordersService, log: logToStdout });
  return { authorizer, region: required("AWS_REGION"), apiId: process.env.PORTCULLIS_API_ID };
});
