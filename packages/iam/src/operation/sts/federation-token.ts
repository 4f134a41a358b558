import type * as sdk from "@aws-sdk/client-sts";
import { federatedUserArn } from "../../arn.ts";
import { type OperationContext, operation, type Target } from "../../model/operation.ts";
import { issueSession, tokenUse } from "../../session/issue-session.ts";
import { longTermSession } from "../../session/long-term-session.ts";
import { packedPolicySize, sessionPolicies } from "../../session/session-policies.ts";
import { sessionTags } from "../../session/session-tags.ts";

export const federationTokenOperations = {
  GetFederationToken: operation<
    sdk.GetFederationTokenCommandInput,
    sdk.GetFederationTokenCommandOutput
  >({
    action: "sts:GetFederationToken",
    target: federatedUser,
    alsoAuthorize: (context, input) =>
      input.Tags?.length
        ? [{ action: "sts:TagSession", target: federatedUser(context, input) }]
        : [],
    async run(context, input) {
      const { owner, claims } = longTermSession(
        context,
        "GetFederationToken",
        input.DurationSeconds,
      );
      const { Name: name = "" } = input;
      const { tags } = sessionTags(input.Tags ?? [], []);
      const policies = await sessionPolicies(context, context.account, input);
      const tagged = { ...policies, ...(tags.length === 0 ? {} : { tags }) };
      const packed = packedPolicySize(tagged);
      const credentials = issueSession(
        context.sealer,
        owner,
        { ...claims, ...tagged, kind: "FederatedUser", name },
        input.MinimumSessionTokenSize,
      );
      return {
        Credentials: credentials,
        FederatedUser: {
          FederatedUserId: `${context.account}:${name}`,
          Arn: federatedUser(context, input).arn,
        },
        PackedPolicySize: 0,
        ...packed,
        ...tokenUse(credentials),
      };
    },
  }),
} as const;

function federatedUser(
  { account }: OperationContext,
  { Name: name = "" }: sdk.GetFederationTokenCommandInput,
): Target {
  return { arn: federatedUserArn(account, name) };
}
