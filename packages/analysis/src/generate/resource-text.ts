/**
 * A resource's name as a pattern that matches it alone: what would be a wildcard or a variable is
 * written as its literal (IAM UG/reference_policies_variables). Before an ARN's fifth colon that
 * can't be.
 */
export function literalResource(resource: string): string {
  if (resource === "*") return resource;
  let at = 0;
  for (let colons = 0; colons < 5; colons++) {
    at = resource.indexOf(":", at) + 1;
    if (at === 0) return resource;
  }
  return resource.slice(0, at) + literalText(resource.slice(at));
}

/** As `literalResource`, of a part behind the fifth colon. */
export function literalText(text: string): string {
  return text.replace(/[*?]|\$(?=\{)/g, (special) => `\${${special}}`);
}
