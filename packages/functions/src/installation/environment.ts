/** A variable that the stacks set. @throws {Error} naming it when it is missing */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `the environment variable ${name} is not set: the stacks of this project set it`,
    );
  return value;
}

/** The management account of the installation. */
export const managementAccount = (): string => process.env.PORTCULLIS_ACCOUNT_ID ?? "100000000000";

/** A setting in seconds. @default 0 @throws {Error} when it is not a whole number */
export function wholeSeconds(name: string): number {
  const value = process.env[name] ?? "0";
  if (!/^\d{1,6}$/.test(value))
    throw new Error(`the environment variable ${name} must be a whole number of seconds`);
  return Number(value);
}
