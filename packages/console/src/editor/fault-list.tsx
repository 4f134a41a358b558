import Button from "@cloudscape-design/components/button";
import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import type { Fault, FaultLevel, Fix } from "./policy-faults.ts";

interface Level {
  readonly word: string;
  readonly type: StatusIndicatorProps.Type;
  readonly severity: "error" | "warning" | "info";
}

/** How each level of faults is shown. */
export const LEVELS: Readonly<Record<FaultLevel, Level>> = {
  refused: { word: "Not accepted", type: "error", severity: "error" },
  error: { word: "Error", type: "error", severity: "error" },
  security: { word: "Security warning", type: "warning", severity: "warning" },
  warning: { word: "Warning", type: "warning", severity: "warning" },
  suggestion: { word: "Suggestion", type: "info", severity: "info" },
};

const SHOWN = 20;

/** Faults with what mends them. Nothing when there is none. */
export function FaultList({
  faults,
  label,
  onShow,
  onFix,
}: {
  readonly faults: readonly Fault[];
  readonly label: string;
  /** Shows the place in the text; absent where the text is not shown. */
  readonly onShow?: ((fault: Fault) => void) | undefined;
  readonly onFix: (fix: Fix) => void;
}) {
  if (faults.length === 0) return null;
  return (
    <ul className="faults" aria-label={label}>
      {faults.slice(0, SHOWN).map((fault) => (
        <FaultItem
          key={`${fault.start}/${fault.end}/${fault.message}`}
          fault={fault}
          onShow={onShow}
          onFix={onFix}
        />
      ))}
      {faults.length > SHOWN && <li>And {faults.length - SHOWN} more.</li>}
    </ul>
  );
}

function FaultItem({
  fault,
  onShow,
  onFix,
}: {
  readonly fault: Fault;
  readonly onShow: ((fault: Fault) => void) | undefined;
  readonly onFix: (fix: Fix) => void;
}) {
  const { level, line, message, fixes } = fault;
  const { word, type } = LEVELS[level];
  return (
    <li className="status">
      <StatusIndicator type={type} iconAriaLabel={word} />
      <div className="break">
        {onShow !== undefined && (
          <>
            <Button variant="inline-link" formAction="none" onClick={() => onShow(fault)}>
              Line {line}
            </Button>{" "}
          </>
        )}
        <strong>{word}:</strong> {message}{" "}
        {fixes.map((fix) => (
          <Button
            key={fix.title}
            variant="inline-link"
            formAction="none"
            ariaLabel={`${fix.title}, line ${line}`}
            onClick={() => onFix(fix)}
          >
            {fix.title}
          </Button>
        ))}
      </div>
    </li>
  );
}
