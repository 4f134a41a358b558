import { describeStatement } from "@portcullis/analysis";
import { type PolicyKind, parsePolicy } from "@portcullis/policy";
import { Fragment } from "react";

/** What one statement does, as a sentence; or what keeps it from doing anything. */
export function statementWords(text: string, kind: PolicyKind): string {
  const document = `{"Version":"2012-10-17","Statement":[${text}]}`;
  const parsed = parsePolicy(document, kind === "managed" ? "identity" : kind);
  const [statement] = parsed.ok ? parsed.policy.statements : [];
  return statement === undefined ? "Not complete yet." : describeStatement(statement);
}

/** A sentence whose names stand between backticks. */
export const Words = ({ sentence }: { readonly sentence: string }) => (
  <span className="break">
    {sentence.split("`").map((part, at) =>
      at % 2 === 1 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
        <code key={at}>{part}</code>
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
        <Fragment key={at}>{part}</Fragment>
      ),
    )}
  </span>
);
