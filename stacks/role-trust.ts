/**
 * SST 4.17.1 lets every function's role be assumed by the whole AWS account, not only where its local worker needs
 * that, under `sst dev`: it tests an Output, which is always truthy, where it means the value inside. Whoever may call
 * sts:AssumeRole in the account could then read the identity store. This puts the trust right.
 */
export function trustOnlyLambda(role: aws.iam.RoleArgs): void {
  role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
}

/** Puts the trust right for every function made after this call, by whatever component makes it. */
export function restrictRoleTrust(): void {
  if ($dev) return;
  $transform(sst.aws.Function, (args) => {
    const asked = args.transform?.role;
    args.transform = {
      ...args.transform,
      role: (role, opts, name) => {
        if (typeof asked === "function") asked(role, opts, name);
        else Object.assign(role, asked);
        trustOnlyLambda(role);
        return undefined;
      },
    };
  });
}
