import { chosenSecret, generatesSecrets, refuseUnguarded } from "./secrets.ts";

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
export async function rootKey(): Promise<RootKey> {
  const missing = Object.keys(SHORTEST).filter((secret) => chosenSecret(secret) === undefined);
  const generated = missing.length === 2 && generatesSecrets();
  if (!generated) refuse(missing);
  const madeUp = generated ? await madeUpKey() : undefined;
  return {
    accessKeyId: new sst.Secret("RootAccessKeyId", madeUp?.id),
    secretAccessKey: new sst.Secret("RootSecretAccessKey", madeUp?.secret),
    generated,
  };
}

function refuse(missing: readonly string[]): void {
  if (missing.length > 0) {
    const commands = missing.map(
      (secret) => `\`sst secret set ${secret} <value> --stage ${$app.stage}\``,
    );
    throw new Error(`the stage \`${$app.stage}\` has no root key: ${commands.join(" and ")} first`);
  }
  for (const [secret, shortest] of Object.entries(SHORTEST)) refuseUnguarded(secret, { shortest });
}

async function madeUpKey() {
  // Imported only here: a fresh checkout evaluates this program before SST has installed the package.
  const { RandomPassword, RandomString } = await import("@pulumi/random");
  const id = new RandomString("RootAccessKeyIdGenerated", {
    length: 16,
    lower: false,
    special: false,
  });
  const secret = new RandomPassword("RootSecretAccessKeyGenerated", { length: 40, special: false });
  return { id: $interpolate`ROOT${id.result}`, secret: secret.result };
}
