import type { AuditEvent } from "../../activity/audit-event.ts";
import { ChangesPanel } from "../../activity/last-changed.tsx";
import { loadEvents } from "../../activity/load-events.ts";

/** The events that change what this page shows. They name no resource. */
const EVENTS = [
  "UpdateAccountPasswordPolicy",
  "DeleteAccountPasswordPolicy",
  "CreateAccountAlias",
  "DeleteAccountAlias",
  "EnableOutboundWebIdentityFederation",
  "DisableOutboundWebIdentityFederation",
] as const;

const isDone = ({ errorCode }: AuditEvent): boolean => errorCode === undefined;

export const SettingsChanges = () => (
  <ChangesPanel
    id="settings"
    load={async (_, abortSignal) => {
      const found = await Promise.all(
        EVENTS.map((value) =>
          loadEvents(
            { attribute: { key: "EventName", value }, keeps: isDone },
            undefined,
            abortSignal,
          ),
        ),
      );
      const items = found
        .flatMap((page) => page.items)
        // An event's id begins with its time.
        .sort((one, other) => (one.id < other.id ? 1 : -1));
      return { items };
    }}
    all="/activity"
  />
);
