import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import {
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

export interface InvoicesStackProps extends StackProps {
  /** The authorizer of a deployed installation: `<app>-<stage>-authorizer_<apiId>`. */
  readonly authorizerName: string;
}

/** An HTTP API whose requests are decided by an authorizer that was deployed before. */
export class InvoicesStack extends Stack {
  constructor(scope: Construct, id: string, { authorizerName, ...props }: InvoicesStackProps) {
    super(scope, id, props);

    const authorizer = LambdaFunction.fromFunctionAttributes(this, "Portcullis", {
      functionArn: `arn:aws:lambda:${this.region}:${this.account}:function:${authorizerName}`,
      sameEnvironment: true, // so that the CDK lets API Gateway invoke it
    });
    const api = new HttpApi(this, "Invoices", {
      defaultAuthorizer: new HttpLambdaAuthorizer("PortcullisAuthorizer", authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: [], // requests that are signed in the query have no header
        resultsCacheTtl: Duration.seconds(0), // a change of permissions counts at once
      }),
    });

    const getInvoice = new LambdaFunction(this, "GetInvoice", {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code: Code.fromInline(GET_INVOICE),
    });
    api.addRoutes({
      path: "/invoices/{invoiceId}",
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration("GetInvoiceIntegration", getInvoice),
    });
  }
}

/** A route that lacks its authorizer would have no caller: the function refuses such requests. */
const GET_INVOICE = `
exports.handler = async ({ pathParameters, requestContext }) => {
  const { principalArn } = requestContext.authorizer?.lambda ?? {};
  if (principalArn === undefined) return { statusCode: 500 };
  return { invoiceId: pathParameters.invoiceId, readBy: principalArn };
};
`;
