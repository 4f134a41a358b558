import type { AccountModel, DocumentInput } from "@portcullis/analysis";
import { type PolicyKind, parsePolicy } from "@portcullis/policy";
import { textOf } from "@portcullis/testing";

/** Names that the file has, as they are in the installation's account. */
export interface Translation {
  /** An ARN of the file's account becomes one of the installation's. */
  readonly arn: (arn: string) => string;
  readonly document: (document: DocumentInput) => string;
}

/**
 * The file's account is written as the installation's, in ARNs alone and only where the account
 * stands: other accounts, and numbers that happen to be equal, stay.
 */
export function translation(from: string, to: string): Translation {
  const arn = (text: string): string =>
    text.replace(/^(arn:aws[\w-]*:[^:]*:[^:]*:)(\d{12})(?=:)/, (whole, start: string, account) =>
      account === from ? `${start}${to}` : whole,
    );
  const translated = (value: unknown, isAccount: boolean): unknown => {
    if (typeof value === "string") return isAccount && value === from ? to : arn(value);
    if (Array.isArray(value)) return value.map((item) => translated(item, isAccount));
    if (value instanceof Object)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, translated(item, ACCOUNT_KEYS.test(key))]),
      );
    return value;
  };
  return {
    arn,
    document(document) {
      const text = textOf(document);
      try {
        return JSON.stringify(translated(JSON.parse(text), false));
      } catch (error) {
        // What is no JSON is reported by `documentFault`.
        if (error instanceof SyntaxError) return text;
        throw error;
      }
    },
  };
}

/** Members whose value can be an account's id. */
const ACCOUNT_KEYS = /^(?:AWS|aws:(?:Principal|Resource|Source)Account)$/i;

/** Why the installation would not take a document; undefined if it would. */
export function documentFault(document: string, kind: PolicyKind): string | undefined {
  const parsed = parsePolicy(document, kind);
  return parsed.ok ? undefined : (parsed.issues[0]?.message ?? "it is not valid");
}

/** Whether two documents are the same but for white space and the order of members. */
export const isSameDocument = (one: string, other: DocumentInput | undefined): boolean =>
  other !== undefined && canonical(one) === canonical(textOf(other));

function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      value instanceof Object && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

export const byName = <T>(
  list: readonly T[] | undefined,
  name: (item: T) => string | undefined,
): ReadonlyMap<string, T> =>
  new Map((list ?? []).map((item) => [(name(item) ?? "").toLowerCase(), item]));

/** ARNs of the policies that the installation offers to every account. */
export const isOffered = (arn: string): boolean => arn.startsWith("arn:aws:iam::aws:policy/");

/** Managed policies of the account itself. */
export const ownPolicies = ({ Policies = [] }: AccountModel) =>
  Policies.filter(({ Arn = "" }) => !isOffered(Arn));
