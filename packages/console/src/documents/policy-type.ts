/** Who keeps a managed policy, by its ARN. */
export const policyType = (arn: string): "AWS managed" | "Customer managed" =>
  arn.startsWith("arn:aws:iam::aws:") ? "AWS managed" : "Customer managed";
