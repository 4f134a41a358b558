/**
 * A document's length as quotas count it (IAM UG/reference_iam-quotas): characters except white
 * space.
 */
export function policySize(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && (code < 9 || code > 13)) size++;
  }
  return size;
}
