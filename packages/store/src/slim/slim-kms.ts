import { StoreUnavailable } from "../fault/error.ts";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { DECISION_TIMEOUTS, retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import { encryptionContext } from "../keys/encryption-context.ts";
import type { KeyUnwrapper } from "../keys/key-wrapper.ts";
import type { CredentialSource } from "./sign-request.ts";
import { type Connectable, slimCall } from "./slim-call.ts";
import { awsEndpoint } from "./slim-endpoint.ts";

export interface SlimKmsOptions {
  readonly region: string;
  readonly keyArn: string;
  /** The same value as `kmsKeyWrapper` had. */
  readonly installation: string;
  readonly credentials: CredentialSource;
  /** Absent: AWS's regional endpoint. */
  readonly endpoint?: string | undefined;
  readonly timeouts?: Timeouts;
}

/** Unwraps data keys that `kmsKeyWrapper` wrapped, without the SDK. */
export function slimKmsUnwrapper(options: SlimKmsOptions): KeyUnwrapper & Connectable {
  const { region, keyArn, installation, credentials, timeouts = DECISION_TIMEOUTS } = options;
  const endpoint = options.endpoint ?? awsEndpoint("kms", region);
  const call = slimCall({
    service: "kms",
    region,
    endpoint,
    contentType: "application/x-amz-json-1.1",
    credentials,
  });
  return {
    connect: call.connect,
    async unwrap(wrapped) {
      const CiphertextBlob = Buffer.from(wrapped).toString("base64");
      const input = {
        KeyId: keyArn,
        EncryptionContext: encryptionContext(installation),
        CiphertextBlob,
      };
      const { Plaintext } = await retryUntilDeadline(timeouts, isTransient, (signal) =>
        call("TrentService.Decrypt", input, signal).catch(refusedUnless(isTransient)),
      );
      if (typeof Plaintext !== "string")
        throw new StoreUnavailable("malformed", "KMS answered Decrypt without a plaintext");
      return Buffer.from(Plaintext, "base64");
    },
  };
}
