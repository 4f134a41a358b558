import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Credentials } from "../session/session.ts";
import { stsClient } from "./sts-client.ts";

/** The id of the account that credentials belong to. */
export async function accountIdOf(credentials: Credentials): Promise<string> {
  const { Account = "" } = await stsClient(credentials).send(new GetCallerIdentityCommand({}));
  return Account;
}
