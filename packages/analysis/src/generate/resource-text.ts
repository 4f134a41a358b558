import { resourceStart } from "@portcullis/policy";

/**
 * A resource's name as a pattern that matches it alone: what would be a wildcard or a variable is
 * written as its literal (IAM UG/reference_policies_variables). Before an ARN's fifth colon that
 * can't be.
 */
export function literalResource(resource: string): string {
  if (resource === "*") return resource;
  const at = resourceStart(resource);
  return at === 0 ? resource : resource.slice(0, at) + literalText(resource.slice(at));
}

/** As `literalResource`, of a part behind the fifth colon. */
export function literalText(text: string): string {
  return text.replace(/[*?]|\$(?=\{)/g, (special) => `\${${special}}`);
}
