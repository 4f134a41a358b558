const PARTS = ["arn", "aws", "service", "us-east-1"];

/**
 * A resource that a pattern or an ARN format matches: its wildcards and variables filled as ARNs
 * usually are.
 */
export function sampleArn(pattern: string, account: string): string {
  if (pattern === "*") return "*";
  const parts = pattern.split(":");
  const head = parts
    .slice(0, 5)
    .map((part, at) => (/^(?:\*|\$\{[^}]*\})$/.test(part) ? (PARTS[at] ?? account) : part));
  const rest = parts.length > 5 ? parts.slice(5).join(":") : "*";
  while (head.length < 5) head.push(PARTS[head.length] ?? account);
  return [...head, rest]
    .join(":")
    .replace(/\$\{([*?$])\}/g, "$1")
    .replace(/\$\{[^}]*\}|\*/g, "example")
    .replaceAll("?", "x");
}
