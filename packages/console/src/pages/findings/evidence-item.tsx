import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Evidence } from "@portcullis/analysis";
import { readableJson } from "../../editor/format-json.ts";
import { CodeBlock } from "../../ui/code-block.tsx";

/** Sentences mark code by backticks, as Markdown does. */
export const plain = (sentence: string): string => sentence.replaceAll("`", "");

export function EvidenceItem({ evidence }: { readonly evidence: Evidence }) {
  if (evidence.type === "usage") return <span className="break">{evidence.text}</span>;
  if (evidence.type === "step")
    return (
      <span className="break">
        {plain(evidence.text)} (From {evidence.from} to {evidence.to})
      </span>
    );
  return (
    <SpaceBetween size="xxs">
      <span className="break">
        Statement {evidence.statementIndex + 1} of {evidence.policy}
      </span>
      <CodeBlock text={readableJson(evidence.text)} what="Statement" />
    </SpaceBetween>
  );
}
