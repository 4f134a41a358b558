import { type PrincipalName, parsePolicy } from "@portcullis/policy";
import { decodeDocument } from "../documents/document.ts";

/** Whom a trust policy's allows name, in words: `account 111122223333`, `everyone`, a provider. */
export function trustedBy(encodedDocument: string | undefined): readonly string[] {
  const parsed = parsePolicy(decodeDocument(encodedDocument), "trust");
  if (!parsed.ok) return [];
  const named = parsed.policy.statements.flatMap(({ effect, principal }) => {
    if (effect !== "Allow" || principal === undefined) return [];
    return principal.everyone ? ["Everyone"] : principal.names.map(words);
  });
  return [...new Set(named)];
}

/** The context keys that a trust policy asks for. */
export function trustKeys(encodedDocument: string | undefined): readonly string[] {
  const parsed = parsePolicy(decodeDocument(encodedDocument), "trust");
  if (!parsed.ok) return [];
  const keys = parsed.policy.statements.flatMap(({ condition }) => condition.map(({ key }) => key));
  return [...new Set(keys)];
}

function words({ type, value }: PrincipalName): string {
  if (type === "Service") return `Service ${value}`;
  if (type === "Federated") return `Provider ${value.slice(value.indexOf("/") + 1)}`;
  const [, account] = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value) ?? [];
  if (account !== undefined) return `Account ${account}`;
  return value.replace(/^arn:aws:(?:iam|sts)::(\d{12}):(.*)$/s, "$2 in $1");
}

/** Whether a trust policy lets a provider's users in, by the provider's ARN. */
export function trustsProvider(encodedDocument: string | undefined, arn: string): boolean {
  const parsed = parsePolicy(decodeDocument(encodedDocument), "trust");
  if (!parsed.ok) return false;
  return parsed.policy.statements.some(
    ({ effect, principal }) =>
      effect === "Allow" && principal?.names.some(({ value }) => value === arn) === true,
  );
}
