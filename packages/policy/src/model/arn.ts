/** A 12-digit account id. Plain strings are assignable to it, but an `Arn` is not. */
export type AccountId = string & { readonly kind?: "AccountId" };

/**
 * An Amazon Resource Name as text. Plain strings are assignable to it, but an `AccountId` is not.
 */
export type Arn = string & { readonly kind?: "Arn" };

/** The parts of an Amazon Resource Name. The resource itself may contain colons and slashes. */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: AccountId;
  readonly resource: string;
}

/**
 * The parts of an ARN. Only the first five colons separate them (IAM UG/reference-arns). Undefined
 * if the text is not an ARN.
 */
export function splitArn(text: string): ArnParts | undefined {
  const at = resourceStart(text);
  if (at === 0 || !text.startsWith("arn:")) return undefined;
  const [, partition = "", service = "", region = "", account = ""] = text.slice(0, at).split(":");
  return { partition, service, region, account, resource: text.slice(at) };
}

/** Index of the resource part, after the fifth colon; 0 if there are fewer colons. */
export function resourceStart(text: string): number {
  let at = 0;
  for (let colons = 0; colons < 5; colons++) {
    at = text.indexOf(":", at) + 1;
    if (at === 0) return 0;
  }
  return at;
}

/** The ARN that names an account in a Principal element. */
export function accountRootArn(account: AccountId): Arn {
  return `arn:aws:iam::${account}:root`;
}
