/**
 * The authorizer's setting for an API that is observed. Call it first in an app that may observe an
 * API, so that nothing is touched if the stage is refused.
 * @throws {Error} unless the person who deploys names the stage
 */
export function observeSetting(observe: true | "unauthenticated"): string {
  const stages = (process.env.PORTCULLIS_OBSERVE_STAGES ?? "").split(",").map((one) => one.trim());
  if (!stages.includes($app.stage))
    throw new Error(
      `the stage ${$app.stage} would let through what Portcullis denies: set PORTCULLIS_OBSERVE_STAGES=${$app.stage} to observe it, or leave out \`observe\``,
    );
  return observe === true ? "denials" : observe;
}
