import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Credentials } from "../session/session.ts";
import { stsClient } from "./sts-client.ts";

const ONE_HOUR_SECONDS = 3600;

/** Credentials of a role, for an hour. @throws what STS answers */
export async function assumeRole(
  credentials: Credentials,
  roleArn: string,
  sessionName: string,
): Promise<Credentials> {
  const { Credentials: answered } = await stsClient(credentials).send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: ONE_HOUR_SECONDS,
    }),
  );
  return {
    accessKeyId: answered?.AccessKeyId ?? "",
    secretAccessKey: answered?.SecretAccessKey ?? "",
    sessionToken: answered?.SessionToken ?? "",
    expiresAtMilliseconds: answered?.Expiration?.getTime() ?? 0,
  };
}
