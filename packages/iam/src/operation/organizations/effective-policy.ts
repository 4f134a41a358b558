import type * as sdk from "@aws-sdk/client-organizations";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { findOrganization } from "../../organization/organization.ts";
import { organizationTarget } from "../../organization/organization-target.ts";
import { memberKey } from "../../record/organization.ts";

type Input = Pick<sdk.DescribeEffectivePolicyCommandInput, "TargetId">;

/** Returns the account that the input names, or else the caller's. */
const accountOf = ({ caller }: OperationContext, { TargetId }: Input): string =>
  TargetId ?? caller.account;

export const effectivePolicyOperations = {
  /**
   * Always answers that there is no effective policy: only management policies, such as tag
   * policies, have one, and none of their types is supported.
   */
  DescribeEffectivePolicy: operation<
    sdk.DescribeEffectivePolicyCommandInput,
    sdk.DescribeEffectivePolicyCommandOutput
  >({
    action: "organizations:DescribeEffectivePolicy",
    async target(context, input) {
      const account = accountOf(context, input);
      const target = await organizationTarget("account", () => account)(context, input);
      // Any account may request its own effective policy. The caller's policies decide.
      return account === context.caller.account ? { ...target, account } : target;
    },
    conditionKeys: (_, input) => ({ "organizations:PolicyType": input.PolicyType }),
    async run(context, input) {
      await findOrganization(context);
      const member = await context.unit.get(memberKey(context.account, accountOf(context, input)));
      if (member === undefined) {
        throw new ApiError("TargetNotFoundException", "You specified a target that doesn't exist.");
      }
      throw new ApiError(
        "EffectivePolicyNotFoundException",
        "The specified account doesn't have an effective policy of this type.",
      );
    },
  }),
} as const;
