import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import type { CellOutcome } from "./decide.ts";

const OUTCOMES: Readonly<Record<CellOutcome, readonly [StatusIndicatorProps.Type, string]>> = {
  allowed: ["success", "Allowed"],
  implicitDeny: ["stopped", "Not allowed"],
  explicitDeny: ["error", "Denied"],
  unknown: ["warning", "Not known"],
};

export const outcomeWord = (outcome: CellOutcome): string => OUTCOMES[outcome][1];

export function Outcome({ outcome }: { readonly outcome: CellOutcome }) {
  const [type, word] = OUTCOMES[outcome];
  return <StatusIndicator type={type}>{word}</StatusIndicator>;
}
