import { ApiError } from "../../error.ts";
import type { OperationContext, Target } from "../../model/operation.ts";
import { type AnalyzerRecord, analyzerKey } from "../../record/analyzer.ts";

type Scope = Pick<OperationContext, "account" | "settings">;

export const analyzerArn = ({ account, settings }: Scope, name: string): string =>
  `arn:aws:access-analyzer:${settings.region}:${account}:analyzer/${name}`;

/** Operations that act on no resource of the service's. */
export const noResource = (): Target => ({ arn: "*" });

export async function analyzerTarget(context: OperationContext, name: string): Promise<Target> {
  const analyzer = await context.unit.get(analyzerKey(context.account, name));
  return {
    arn: analyzerArn(context, name),
    ...(analyzer === undefined ? {} : { tags: analyzer.tags }),
  };
}

/** By the analyzer's ARN, which may name another account. */
export async function analyzerArnTarget(
  context: OperationContext,
  arn: string | undefined,
): Promise<Target> {
  const { account, name } = readAnalyzerArn(arn);
  if (arn === analyzerArn(context, name)) return analyzerTarget(context, name);
  return { arn: arn ?? "", account };
}

export const archiveRuleTarget = (context: Scope, analyzer: string, rule: string): Target => ({
  arn: `${analyzerArn(context, analyzer)}/archive-rule/${rule}`,
});

const ARN =
  /^arn:aws:access-analyzer:[a-z0-9-]*:(\d{12}):analyzer\/([A-Za-z][A-Za-z0-9_.-]{0,254})$/;

/** @throws {ApiError} `ValidationError` */
export function readAnalyzerArn(arn = ""): { readonly account: string; readonly name: string } {
  const [, account, name] = ARN.exec(arn) ?? [];
  if (account === undefined || name === undefined)
    throw invalidField(`Invalid analyzer ARN: ${arn.slice(0, 300)}`);
  return { account, name };
}

/** @throws {ApiError} `ResourceNotFoundException` */
export async function findAnalyzer(
  { account, unit }: OperationContext,
  name: string,
): Promise<AnalyzerRecord> {
  const analyzer = await unit.get(analyzerKey(account, name));
  if (analyzer === undefined) throw notFound("Analyzer", name);
  return analyzer;
}

/** By its ARN, which must be of this account and region. @throws {ApiError} */
export async function findAnalyzerByArn(
  context: OperationContext,
  arn: string | undefined,
): Promise<AnalyzerRecord> {
  const { name } = readAnalyzerArn(arn);
  if (arn !== analyzerArn(context, name)) throw notFound("Analyzer", arn ?? "");
  return findAnalyzer(context, name);
}

export const notFound = (resourceType: string, resourceId: string): ApiError =>
  new ApiError("ResourceNotFoundException", `${resourceType} not found: ${resourceId}`, {
    resourceId,
    resourceType,
  });

export const alreadyThere = (resourceType: string, resourceId: string): ApiError =>
  new ApiError("ConflictException", `${resourceType} already exists: ${resourceId}`, {
    resourceId,
    resourceType,
  });

export const quotaExceeded = (
  message: string,
  resourceType: string,
  resourceId: string,
): ApiError => new ApiError("ServiceQuotaExceededException", message, { resourceId, resourceType });

export const invalidField = (message: string): ApiError =>
  new ApiError("ValidationError", message, { reason: "fieldValidationFailed" });
