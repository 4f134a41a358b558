import type * as sdk from "@aws-sdk/client-sts";
import { epochSeconds } from "../../model/epoch-seconds.ts";
import { operation } from "../../model/operation.ts";
import { issueSession, tokenUse } from "../../session/issue-session.ts";
import { longTermSession } from "../../session/long-term-session.ts";
import { proveMfa } from "../../sign-in/mfa-proof.ts";

export const sessionTokenOperations = {
  GetSessionToken: operation<sdk.GetSessionTokenCommandInput, sdk.GetSessionTokenCommandOutput>({
    action: "sts:GetSessionToken",
    // IAM UG/id_credentials_temp_control-access_getsessiontoken: the operation needs no permission
    // and no policy can deny it.
    access: "anyone",
    prove: proveMfa,
    target: () => ({ arn: "*" }),
    async run(context, { DurationSeconds, MinimumSessionTokenSize }) {
      const { owner, claims } = longTermSession(context, "GetSessionToken", DurationSeconds);
      const { mfaAt } = context.caller;
      const mfa = mfaAt === undefined ? {} : { mfaAt: epochSeconds(mfaAt) };
      const credentials = issueSession(
        context.sealer,
        owner,
        { ...claims, kind: "SessionToken", ...mfa },
        MinimumSessionTokenSize,
      );
      return { Credentials: credentials, ...tokenUse(credentials) };
    },
  }),
} as const;
