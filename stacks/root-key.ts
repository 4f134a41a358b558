import { RandomPassword, RandomString } from "@pulumi/random";
import { keepsData } from "./stage.ts";

/** The access key of the management account's root user. */
export interface RootKey {
  readonly accessKeyId: sst.Secret;
  readonly secretAccessKey: sst.Secret;
  /** Made up by this stage rather than chosen: its deployment may show it. */
  readonly generated: boolean;
}

const SHORTEST = { RootAccessKeyId: 16, RootSecretAccessKey: 32 };

/**
 * The root key from the SST secrets `RootAccessKeyId` and `RootSecretAccessKey`. A stage that keeps its data must
 * have them; another makes up a key when neither is set.
 * @throws {Error} before anything is deployed, naming what is missing and the command that sets it
 */
export function rootKey(): RootKey {
  const missing = Object.keys(SHORTEST).filter((secret) => chosen(secret) === undefined);
  const generated = missing.length === 2 && !keepsData();
  if (!generated) refuse(missing);
  return {
    accessKeyId: new sst.Secret("RootAccessKeyId", generated ? madeUpId() : undefined),
    secretAccessKey: new sst.Secret("RootSecretAccessKey", generated ? madeUpSecret() : undefined),
    generated,
  };
}

/** The CLI hands the stage's secrets to the program in its environment. */
function chosen(secret: string): string | undefined {
  return process.env[`SST_SECRET_${secret}`];
}

function refuse(missing: readonly string[]): void {
  if (missing.length > 0) {
    const commands = missing.map((secret) => `\`sst secret set ${secret} <value> --stage ${$app.stage}\``);
    throw new Error(`the stage \`${$app.stage}\` has no root key: ${commands.join(" and ")} first`);
  }
  for (const [secret, shortest] of Object.entries(SHORTEST)) {
    if ((chosen(secret) ?? "").length < shortest) {
      throw new Error(`the secret \`${secret}\` is too short: ${shortest} characters at least`);
    }
  }
}

function madeUpId(): $util.Output<string> {
  const random = new RandomString("RootAccessKeyIdGenerated", { length: 16, lower: false, special: false });
  return $interpolate`ROOT${random.result}`;
}

function madeUpSecret(): $util.Output<string> {
  return new RandomPassword("RootSecretAccessKeyGenerated", { length: 40, special: false }).result;
}
