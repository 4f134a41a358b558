import type { Shape } from "@portcullis/protocol";

/** Members that are credentials, though AWS's model does not mark them as sensitive. */
const SECRETS: ReadonlySet<string> = new Set([
  "AuthenticationCode1",
  "AuthenticationCode2",
  "Base32StringSeed",
  "Content",
  "EncodedMessage",
  "NewPassword",
  "OldPassword",
  "Password",
  "PrivateKey",
  "QRCodePNG",
  "SAMLAssertion",
  "SecretAccessKey",
  "ServiceCredentialSecret",
  "ServicePassword",
  "SessionToken",
  "TokenCode",
  "TradeInToken",
  "WebIdentityToken",
]);

const DEEPEST = 12;

/**
 * Input or output of an operation as CloudTrail shows it: names begin in lower case, and secrets
 * and binary values are left out. Members that the schema does not have are left out too.
 */
export function withoutSecrets(value: unknown, shape: Shape | undefined, depth = 0): unknown {
  if (shape === undefined || value === undefined || value === null || depth > DEEPEST)
    return undefined;
  if (shape.sensitive || shape.kind === "blob") return undefined;
  if (value instanceof Date) return value.toISOString();
  if (shape.kind === "list")
    return Array.isArray(value)
      ? value.map((one) => withoutSecrets(one, shape.member, depth + 1) ?? null)
      : undefined;
  if (shape.kind !== "structure" && shape.kind !== "map")
    return typeof value === "object" ? undefined : value;
  if (typeof value !== "object") return undefined;
  const isStructure = shape.kind === "structure";
  const entries = Object.entries(value).flatMap(([name, one]) => {
    if (isStructure && SECRETS.has(name)) return [];
    const of = isStructure ? shape.members.get(name) : shape.value;
    const shown = withoutSecrets(one, of, depth + 1);
    const key = isStructure ? name.charAt(0).toLowerCase() + name.slice(1) : name;
    return shown === undefined ? [] : [[key, shown] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
