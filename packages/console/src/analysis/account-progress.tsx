import LiveRegion from "@cloudscape-design/components/live-region";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import { Failure } from "../ui/failure.tsx";
import type { AccountState, ReadAccount } from "./use-account.ts";

/** What needs the account, once it is read; before that, how far the reading is. */
export function AccountProgress({
  account: { read, failure, progress, reload },
  children,
}: {
  readonly account: AccountState;
  readonly children: (read: ReadAccount) => ReactNode;
}) {
  return (
    <>
      <LiveRegion>
        {progress !== undefined && <StatusIndicator type="loading">{progress}</StatusIndicator>}
      </LiveRegion>
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      {read !== undefined && children(read)}
    </>
  );
}
