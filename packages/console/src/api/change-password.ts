import { ChangePasswordCommand } from "@aws-sdk/client-iam";
import type { Credentials } from "../session/session.ts";
import { iamClient } from "./clients.ts";

/** Changes the password of the credentials' own user. */
export async function changePassword(
  credentials: Credentials,
  oldPassword: string,
  newPassword: string,
): Promise<void> {
  await iamClient(credentials).send(
    new ChangePasswordCommand({ OldPassword: oldPassword, NewPassword: newPassword }),
  );
}
