import { type Deployment, resource } from "../deployment.ts";
import { ACCOUNT, REGION } from "../synth/cloud.ts";
import type { AwsCall } from "./aws.ts";

interface FunctionInputs {
  readonly name: string;
  readonly tracingConfig?: { readonly mode: "Active" | "PassThrough" };
}

/**
 * What Lambda itself calls in the name of a function's role, as the function is configured (Lambda
 * Developer Guide, lambda-intro-execution-role and services-xray): it writes the log, and traces
 * where tracing is active.
 */
export function callsOfLambda(of: Deployment, functionName: string): readonly AwsCall[] {
  const { name, tracingConfig }: FunctionInputs = JSON.parse(
    JSON.stringify(resource(of, "aws:lambda/function:Function", `${functionName}Function`).inputs),
  );
  const stream = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${name}:log-stream:2026/11/22/[$LATEST]0`;
  return [
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
      action,
      resource: stream,
      context: {},
    })),
    ...(tracingConfig?.mode === "Active"
      ? ["xray:PutTelemetryRecords", "xray:PutTraceSegments"].map((action) => ({
          action,
          resource: "*",
          context: {},
        }))
      : []),
  ];
}
