/** An Amazon Resource Name, taken apart. The resource may itself hold colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/**
 * Splits at the first five colons only: what follows is the resource, colons and all (IAM UG/reference-arns).
 * Undefined when the text is no ARN.
 */
export function splitArn(text: string): Arn | undefined {
  const at = resourceStart(text);
  if (at === 0 || !text.startsWith("arn:")) return undefined;
  const [, partition = "", service = "", region = "", account = ""] = text.slice(0, at).split(":");
  return { partition, service, region, account, resource: text.slice(at) };
}

/** Where the resource part begins, just after the fifth colon; 0 when there are fewer colons. */
export function resourceStart(text: string): number {
  let at = 0;
  for (let colons = 0; colons < 5; colons++) {
    at = text.indexOf(":", at) + 1;
    if (at === 0) return 0;
  }
  return at;
}
