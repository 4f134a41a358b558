import { chosenSecret, generatesSecrets, refuseUnguarded } from "./secrets.ts";

/** The password of the management account's root user, who signs in by e-mail address. */
export interface RootPassword {
  readonly value: $util.Output<string>;
  /** Made up by this stage rather than chosen: its deployment may show it. */
  readonly generated: boolean;
}

/** As long as a sign-in takes one. */
const LENGTH = { shortest: 16, longest: 128 };

/**
 * The root user's password from the SST secret `RootPassword`. Without it the root user of a stage that keeps its data has no
 * password, only its access key; another stage makes one up.
 * @throws {Error} before anything is deployed
 */
export async function rootPassword(): Promise<RootPassword | undefined> {
  if (chosenSecret("RootPassword") !== undefined) {
    refuseUnguarded("RootPassword", LENGTH);
    return { value: new sst.Secret("RootPassword").value, generated: false };
  }
  if (!generatesSecrets()) return undefined;
  // Imported only here: a fresh checkout evaluates this program before SST has installed the package.
  const { RandomPassword } = await import("@pulumi/random");
  const made = new RandomPassword("RootPasswordGenerated", {
    length: 24,
    special: false,
    minLower: 1,
    minUpper: 1,
    minNumeric: 1,
  });
  return { value: made.result, generated: true };
}
