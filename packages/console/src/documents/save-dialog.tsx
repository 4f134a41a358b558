import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import { useState } from "react";
import { BASE } from "../app/paths.ts";
import { readableJson } from "../editor/format-json.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { QueryContent } from "../ui/panel.tsx";
import { useFollow } from "../ui/router-link.tsx";
import { useQuery } from "../ui/use-query.ts";
import { WriteDialog } from "../writes/write-dialog.tsx";
import type { StoredDocument } from "./document.ts";
import { ChangeWords, DocumentDiff } from "./lazy-diff.tsx";
import type { DocumentTarget } from "./targets.ts";
import { type Touched, touchedSentence } from "./touched.ts";

/** The last look before a document is written: what it changes, as text and in words. */
export function SaveDialog({
  target,
  text,
  base,
  notice,
  onDone,
  onConflict,
  onClose,
}: {
  readonly target: DocumentTarget;
  readonly text: string;
  readonly base: StoredDocument | undefined;
  /** Said at the head, such as that the change was made again. */
  readonly notice?: string | undefined;
  readonly onDone: () => void;
  /** Called when another document is there by now, and nothing is written. */
  readonly onConflict: (theirs: StoredDocument | undefined) => void;
  readonly onClose: () => void;
}) {
  const follow = useFollow();
  const [isInForce, setInForce] = useState(true);
  const writes = useQuery(
    () => target.writes(text, base, { isInForce }),
    [text, base?.hash, isInForce],
  );
  const hasVersions = target.rollback !== undefined;
  const rollback = isInForce && base !== undefined ? target.rollback?.(base) : undefined;
  return (
    <WriteDialog
      title={`Save ${target.what}?`}
      confirm="Save"
      size="large"
      writes={writes.data ?? []}
      isDisabled={writes.data === undefined}
      done={
        isInForce
          ? `Saved ${target.what}.`
          : `Saved a version of ${target.what}. The one in force is the same as before.`
      }
      doneAction={
        rollback !== undefined && (
          <Button href={`${BASE}${rollback}`} onFollow={follow}>
            Roll back
          </Button>
        )
      }
      onDone={onDone}
      // Before a version is deleted for the new one's sake. The server checks again as it writes.
      check={async () => {
        const now = await target.read();
        if (now?.hash === base?.hash) return true;
        onConflict(now);
        return false;
      }}
      onFailed={async ({ code }) => {
        if (code === "ConcurrentModification") onConflict(await target.read());
      }}
      onClose={onClose}
    >
      {notice !== undefined && <Alert type="warning">{notice}</Alert>}
      {hasVersions && (
        <Checkbox
          checked={isInForce}
          onChange={({ detail }) => setInForce(detail.checked)}
          description="The version before stays, and can be put back."
        >
          Put it in force at once
        </Checkbox>
      )}
      {target.touched !== undefined && <TouchedLine load={target.touched} of={target.what} />}
      <ChangeWords before={base?.text ?? ""} after={text} kind={target.kind} />
      {base === undefined && <CodeBlock text={readableJson(text)} what="New document" />}
      {base !== undefined && (
        <DocumentDiff before={base.text} after={text} beforeLabel="Before" afterLabel="After" />
      )}
      <QueryContent query={writes} what="Versions">
        {(calls) =>
          calls.length > 1 && (
            <Alert type="warning">
              {calls.slice(0, -1).map(({ label }) => (
                <div key={label}>{label}.</div>
              ))}
            </Alert>
          )
        }
      </QueryContent>
    </WriteDialog>
  );
}

/** How many principals the change touches; where that may not be read, what is missing. */
export function TouchedLine({
  load,
  of,
}: {
  readonly load: (signal: AbortSignal) => Promise<Touched>;
  readonly of: string;
}) {
  const query = useQuery(load, [of]);
  return (
    <QueryContent query={query} what="Who has it">
      {(touched) => <div>{touchedSentence(touched)}</div>}
    </QueryContent>
  );
}
