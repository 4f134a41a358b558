import Box from "@cloudscape-design/components/box";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { Failure } from "../ui/failure.tsx";
import { Status } from "../ui/status.tsx";
import type { WriteStatus, Writes } from "./use-writes.ts";

const SHOWN: Readonly<Record<WriteStatus, { type: StatusIndicatorProps.Type; words: string }>> = {
  waiting: { type: "pending", words: "Not done" },
  running: { type: "in-progress", words: "Running" },
  done: { type: "success", words: "Done" },
  failed: { type: "error", words: "Failed" },
};

/** What a step with several calls has done so far; after a failure also what it has not. */
export function WriteProgress({
  writes,
  isAlwaysShown = false,
}: {
  readonly writes: Writes;
  /** Whether a single call is listed too. */
  readonly isAlwaysShown?: boolean;
}) {
  const { states, failure } = writes;
  if (states.length === 0) return null;
  const isShown = isAlwaysShown || states.length > 1;
  return (
    <SpaceBetween size="s">
      {failure !== undefined && <Failure failure={failure} />}
      {isShown && (
        <LiveRegion>
          <ul className="write-progress">
            {states.map(({ write, status }) => (
              <li key={write.label}>
                <Status type={SHOWN[status].type} label={SHOWN[status].words}>
                  {SHOWN[status].words}: {write.label}
                </Status>
              </li>
            ))}
          </ul>
        </LiveRegion>
      )}
      {failure !== undefined && isShown && (
        <Box variant="small">What is done stays. You can try the rest again.</Box>
      )}
    </SpaceBetween>
  );
}
