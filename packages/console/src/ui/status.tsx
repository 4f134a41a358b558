import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";

/** A status with a sentence: StatusIndicator itself would break the sentence inside its words. */
export function Status({
  type,
  label,
  children,
}: {
  readonly type: StatusIndicatorProps.Type;
  /** What the icon says to a screen reader. */
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="status">
      <StatusIndicator type={type} iconAriaLabel={label} />
      <div className="break">{children}</div>
    </div>
  );
}
