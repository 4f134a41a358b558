/** The rules that a policy document can break. Several of them have the same message. */
export type Problem =
  | "json"
  | "trustJson"
  | "syntax"
  | "prohibited"
  | "missing"
  | "principalNotAllowed"
  | "principal"
  | "version"
  | "operator"
  | "legacy"
  | "partition"
  | "notArn"
  | "resourceVendor"
  | "iamRegion"
  | "iamPath"
  | "sid"
  | "repeatedSid"
  | "noVendor"
  | "vendor"
  | "colons"
  | "notAssumeRole"
  | "noActions"
  | "noResources";

/** One thing that is wrong with a policy document. `describeIssues` adds where and why. */
export interface Issue {
  /** The code of AWS's error. */
  readonly code: "MalformedPolicyDocument";
  readonly problem: Problem;
  /** The element, such as `Statement[2].Condition.StringEquals`. */
  readonly path: string;
  /** AWS's sentence if AWS has one. */
  readonly message: string;
}
