/** A variable that the stacks set. @throws {Error} naming it when it is missing */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`the environment variable ${name} is not set: the stacks of this project set it`);
  return value;
}

/** The management account of the installation. */
export const managementAccount = (): string => process.env.PORTCULLIS_ACCOUNT_ID ?? "100000000000";
