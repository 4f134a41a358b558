import { keepsData } from "./stage.ts";

/** The value that the operator chose. The SST CLI passes secrets in the environment. */
export function chosenSecret(name: string): string | undefined {
  return process.env[`SST_SECRET_${name}`];
}

/** Whether the stage may generate and show what its operator did not choose. */
export function generatesSecrets(): boolean {
  return !keepsData();
}

/** @throws {Error} naming the secret, if it is shorter than is safe or longer than is accepted */
export function refuseUnguarded(
  name: string,
  {
    shortest,
    longest = Number.POSITIVE_INFINITY,
  }: { readonly shortest: number; readonly longest?: number },
): void {
  const { length } = chosenSecret(name) ?? "";
  if (length < shortest)
    throw new Error(`the secret \`${name}\` is too short: ${shortest} characters at least`);
  if (length > longest)
    throw new Error(`the secret \`${name}\` is too long: ${longest} characters at most`);
}
