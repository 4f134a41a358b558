/**
 * SST 4.17.1 lets the whole AWS account assume every function's role, which only its local worker
 * under `sst dev` needs: it tests an Output, which is always truthy, instead of the value inside.
 * Everybody who may call sts:AssumeRole in the account could then read the identity store. This
 * replaces the trust policy.
 */
export function trustOnlyLambda(role: aws.iam.RoleArgs): void {
  role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
}

/** Replaces the trust policy of every function made after this call, by whatever component. */
export function restrictRoleTrust(): void {
  if ($dev) return;
  $transform(sst.aws.Function, (args) => {
    const given = args.transform?.role;
    args.transform = {
      ...args.transform,
      role: (role, opts, name) => {
        if (typeof given === "function") given(role, opts, name);
        else Object.assign(role, given);
        trustOnlyLambda(role);
        return undefined;
      },
    };
  });
}
