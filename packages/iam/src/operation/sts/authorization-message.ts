import type * as sdk from "@aws-sdk/client-sts";
import { ApiError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { decodeAuthorizationMessage } from "../../sealing/decode-authorization-message.ts";
import { SealBroken } from "../../sealing/sealer.ts";

export const authorizationMessageOperations = {
  DecodeAuthorizationMessage: operation<
    sdk.DecodeAuthorizationMessageCommandInput,
    sdk.DecodeAuthorizationMessageCommandOutput
  >({
    action: "sts:DecodeAuthorizationMessage",
    target: () => ({ arn: "*", resourceName: "" }),
    async run({ account, sealer }, { EncodedMessage: encoded = "" }) {
      try {
        return { DecodedMessage: decodeAuthorizationMessage(sealer, account, encoded) };
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        throw new ApiError(
          "InvalidAuthorizationMessageException",
          "The specified authorization message is invalid.",
        );
      }
    },
  }),
} as const;
