/** One thing that is wrong with a policy document. `describeIssues` adds where and why. */
export interface Issue {
  /** The code of AWS's error. */
  readonly code: "MalformedPolicyDocument";
  /** The rule that the document breaks. Several rules have the same message. */
  readonly problem: string;
  /** The element, such as `Statement[2].Condition.StringEquals`. */
  readonly path: string;
  /** AWS's sentence if AWS has one. */
  readonly message: string;
}
