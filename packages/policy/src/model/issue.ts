/** One thing that is wrong with a policy document. All of them are reported at once. */
export interface Issue {
  readonly code: string;
  /** Where, such as `Statement[2].Condition.StringEquals`. */
  readonly path: string;
  /** AWS's sentence where AWS has one; else ours. */
  readonly message: string;
}
