/** A document's size as AWS counts it against quotas: characters, without white space (IAM UG/reference_iam-quotas). */
export function policySize(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && (code < 9 || code > 13)) size++;
  }
  return size;
}
