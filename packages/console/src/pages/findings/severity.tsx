import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import type { Severity } from "@portcullis/analysis";

/** The worst first. */
export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] as const;

const MARKS: Readonly<Record<Severity, readonly [StatusIndicatorProps.Type, string]>> = {
  CRITICAL: ["error", "Critical"],
  HIGH: ["error", "High"],
  MEDIUM: ["warning", "Medium"],
  LOW: ["info", "Low"],
  INFO: ["info", "Info"],
};

export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const [type, word] = MARKS[severity];
  return <StatusIndicator type={type}>{word}</StatusIndicator>;
}
