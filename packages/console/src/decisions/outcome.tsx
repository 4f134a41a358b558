import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { Status } from "../ui/status.tsx";

const OUTCOMES: Readonly<Record<string, readonly [StatusIndicatorProps.Type, string]>> = {
  allowed: ["success", "Allowed"],
  implicitDeny: ["stopped", "Not allowed"],
  explicitDeny: ["error", "Denied"],
};

/** The choices of a filter by outcome. */
export const OUTCOME_OPTIONS = Object.entries(OUTCOMES).map(([value, [, label]]) => ({
  value,
  label,
}));

/** The outcome of a decision. An API that is only observed lets through what is denied. */
export function DecisionOutcome({
  outcome,
  isObserved = false,
}: {
  readonly outcome: string;
  readonly isObserved?: boolean;
}) {
  const [type, word] = OUTCOMES[outcome] ?? (["info", outcome] as const);
  return (
    <Status type={isObserved ? "warning" : type} label="Outcome">
      {isObserved ? `${word}, let through` : word}
    </Status>
  );
}
