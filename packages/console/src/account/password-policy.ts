import { GetAccountPasswordPolicyCommand, type PasswordPolicy } from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";

/** Undefined: the account has none of its own, and IAM's default applies. */
export async function loadPasswordPolicy(
  abortSignal?: AbortSignal,
): Promise<{ policy: PasswordPolicy | undefined }> {
  try {
    const options = abortSignal && { abortSignal };
    const answer = await iam(new GetAccountPasswordPolicyCommand({}), options);
    return { policy: answer.PasswordPolicy };
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("NoSuchEntity"))
      return { policy: undefined };
    throw error;
  }
}
