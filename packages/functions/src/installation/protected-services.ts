import type { ServiceActions } from "@portcullis/iam/canned";

/**
 * The protected APIs of a deployed installation. The component `controlApi` writes them to
 * `PORTCULLIS_SERVICES` from the service definitions that it is given.
 * @throws {SyntaxError} when the variable is no JSON
 */
export function deployedServices(
  environment: NodeJS.ProcessEnv = process.env,
): readonly ServiceActions[] {
  return JSON.parse(environment.PORTCULLIS_SERVICES || "[]");
}
