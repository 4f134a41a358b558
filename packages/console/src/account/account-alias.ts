import { ListAccountAliasesCommand } from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";

/** An account has one alias at most. */
export async function loadAlias(abortSignal: AbortSignal): Promise<{ alias: string | undefined }> {
  const { AccountAliases } = await iam(new ListAccountAliasesCommand({}), { abortSignal });
  return { alias: AccountAliases?.[0] };
}
