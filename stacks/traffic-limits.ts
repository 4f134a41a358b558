import { keepsData } from "./stage.ts";

/** Limits of a control API that keep it from starving the authorizers. */
export interface TrafficLimits {
  /** Requests a second, and at once, of each route. Beyond them API Gateway answers 429. */
  readonly perSecond: number;
  readonly burst: number;
  /**
   * The most concurrent invocations of each function. They are taken from the AWS account's limit,
   * of which 100 must stay unreserved. Undefined: functions share the account's limit.
   */
  readonly concurrency: Readonly<Record<LimitedFunction, number>> | undefined;
}

export type LimitedFunction =
  | "iam"
  | "sts"
  | "organizations"
  | "access_analyzer"
  | "access_evaluation"
  | "cloudtrail"
  | "portcullis"
  | "issuer"
  | "signin";

/** Together 330, so that 670 of an AWS account's usual 1,000 stay for authorizers. */
const CONCURRENCY: Readonly<Record<LimitedFunction, number>> = {
  iam: 50,
  sts: 100,
  organizations: 20,
  access_analyzer: 20,
  access_evaluation: 50,
  cloudtrail: 10,
  portcullis: 10,
  issuer: 50,
  signin: 20,
};

/**
 * The default limits. Only a stage that keeps its data reserves concurrency: a new AWS account has
 * too little of it for every developer's stage.
 */
export const defaultTrafficLimits = (): TrafficLimits => ({
  perSecond: 200,
  burst: 400,
  concurrency: keepsData() ? CONCURRENCY : undefined,
});
