import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { sentenceOf } from "@portcullis/testing/input-fault";
import { CommandFault } from "../command-fault.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * The credentials of a profile, else those of the environment as AWS's SDKs find them, else those
 * that a local installation wrote into its data directory.
 * @throws {CommandFault} if there are none
 */
export async function findCredentials(
  profile: string | undefined,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  // No question to the metadata service of a cloud, which would take seconds to fail.
  env.AWS_EC2_METADATA_DISABLED ??= "true";
  const own = join(directory, "credentials");
  const isNamed = profile !== undefined || env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID;
  const source =
    !isNamed && existsSync(own)
      ? { profile: "portcullis", filepath: own, configFilepath: join(directory, "config") }
      : profile === undefined
        ? {}
        : { profile };
  try {
    return await defaultProvider(source)();
  } catch (error) {
    if (profile !== undefined)
      throw new CommandFault(`The profile \`${profile}\` has no credentials to sign with.`);
    if (isNamed) {
      const reason = sentenceOf(error).replace(/\.$/, "");
      throw new CommandFault(`There are no credentials to sign with: ${reason}.`);
    }
    throw new CommandFault(
      `There are no credentials to sign with: name a profile by --profile, or the data directory of \`portcullis start\` by --data-dir (${directory} has none).`,
    );
  }
}
