import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ChangeWords, DocumentDiff } from "../documents/lazy-diff.tsx";
import type { DocumentChange } from "./document-change.ts";

/** What an event changed in a policy, as text and in words. */
export function ChangePanel({
  change: { kind, before, after },
}: {
  readonly change: DocumentChange;
}) {
  if (after === undefined)
    return (
      <Alert type="info">
        The document is too long for an event, and the version that had it is gone.
      </Alert>
    );
  return (
    <SpaceBetween size="m">
      {before === undefined ? (
        <Alert type="info">
          What was there before is not known. The trail has no earlier event of this policy: it is
          new, or its former document is older than the trail.
        </Alert>
      ) : (
        <ChangeWords before={before} after={after} kind={kind} />
      )}
      <DocumentDiff
        before={before ?? ""}
        after={after}
        beforeLabel={before === undefined ? "Before: not known" : labelOf("Before", before)}
        afterLabel={labelOf("After", after)}
      />
    </SpaceBetween>
  );
}

const labelOf = (when: string, text: string): string => (text === "" ? `${when}: no policy` : when);
