import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { AccountFinding, Evidence } from "@portcullis/analysis";
import { groupPath, policyPath, rolePath, userPath } from "../../app/paths.ts";
import { readableJson } from "../../editor/format-json.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { SeverityMark } from "./severity.tsx";

/** A finding with what it rests on and what mends it. */
export function FindingDialog({
  finding: { title, severity, details, evidence, remedy, resource, resourceType },
  onClose,
}: {
  readonly finding: AccountFinding;
  readonly onClose: () => void;
}) {
  const page = PAGES[resourceType]?.(resource);
  return (
    <Dialog
      title={title}
      size="large"
      onClose={onClose}
      buttons={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <SpaceBetween size="m">
        <SeverityMark severity={severity} />
        {page === undefined ? (
          <span className="break">{resource}</span>
        ) : (
          <RouterLink to={page}>
            <span className="break">{resource}</span>
          </RouterLink>
        )}
        <div className="break">{plain(details)}</div>
        {evidence.length > 0 && (
          <SpaceBetween size="s">
            <Box variant="h3">Evidence</Box>
            <ol className="evidence">
              {evidence.map((one) => (
                <li key={JSON.stringify(one)}>
                  <EvidenceItem evidence={one} />
                </li>
              ))}
            </ol>
          </SpaceBetween>
        )}
        <SpaceBetween size="xs">
          <Box variant="h3">Remedy</Box>
          <div className="break">{plain(remedy)}</div>
        </SpaceBetween>
      </SpaceBetween>
    </Dialog>
  );
}

/** Sentences mark code by backticks, as Markdown does. */
const plain = (sentence: string): string => sentence.replaceAll("`", "");

const PAGES: Readonly<
  Record<AccountFinding["resourceType"], ((arn: string) => string) | undefined>
> = {
  "AWS::IAM::User": (arn) => userPath(nameOf(arn)),
  "AWS::IAM::Group": (arn) => groupPath(nameOf(arn)),
  "AWS::IAM::Role": (arn) => rolePath(nameOf(arn)),
  "AWS::IAM::Policy": policyPath,
  "AWS::Organizations::Policy": undefined,
};

function EvidenceItem({ evidence }: { readonly evidence: Evidence }) {
  if (evidence.type === "usage") return <span className="break">{evidence.text}</span>;
  if (evidence.type === "step")
    return (
      <span className="break">
        {plain(evidence.text)} ({evidence.from} → {evidence.to})
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
