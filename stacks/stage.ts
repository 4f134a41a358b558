/**
 * True if the stage's data outlives it (`removal` in sst.config.ts is not "remove"): its table and
 * key are protected and kept, its logs last longer, and it needs a root key that its operator
 * chose.
 */
export function keepsData(): boolean {
  return $app.removal !== "remove";
}

/** Log retention. The decision log of a stage that keeps its data is an audit record. */
export function logRetention(): "1 year" | "1 week" {
  return keepsData() ? "1 year" : "1 week";
}

/**
 * AWS allows 64 characters in names of functions and roles: half for app and stage, half for the
 * part.
 */
const HALF_A_NAME = 32;

/** The deployment's name in the AWS account: `<app>-<stage>`. */
export function installation(): string {
  const name = `${$app.name}-${$app.stage}`;
  if (name.length > HALF_A_NAME) {
    throw new Error(
      `the names of the app and the stage are too long together: \`${name}\` has ${name.length} characters, and AWS leaves room for ${HALF_A_NAME}`,
    );
  }
  return name;
}

/**
 * The name of a part of the deployment in the AWS account: `<app>-<stage>-<part>`. Names are fixed,
 * so that roles can name log groups, runbooks can name tables, and an earlier deployment's table is
 * never silently replaced by an empty one. A part has no hyphen, so that no two stages share a name
 * (`a`'s `b-c` with `a-b`'s `c`). For the same reason names are refused instead of cut.
 * @throws {Error} if the name is too long
 */
export function physicalName(part: string): string {
  if (!/^\w+$/.test(part) || part.length > HALF_A_NAME - 1) {
    throw new Error(
      `\`${part}\` can't be part of a name: at most ${HALF_A_NAME - 1} letters, digits and underscores`,
    );
  }
  return `${installation()}-${part}`;
}
