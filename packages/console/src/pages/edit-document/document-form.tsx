import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parsePolicy, policySize } from "@portcullis/policy";
import { useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { StoredDocument } from "../../documents/document.ts";
import { dropDraft, keepDraft, keptDraft } from "../../documents/draft.ts";
import { emptyDocument } from "../../documents/empty-document.ts";
import { SaveDialog } from "../../documents/save-dialog.tsx";
import type { DocumentTarget } from "../../documents/targets.ts";
import { ThreeWay } from "../../documents/three-way.tsx";
import { readableJson } from "../../editor/format-json.ts";
import PolicyEditor from "../../editor/policy-editor.tsx";

/** The editor, what it saves, and what happens when somebody else saved first. */
export function DocumentForm({
  target,
  base: loaded,
  onDone,
}: {
  readonly target: DocumentTarget;
  readonly base: StoredDocument | undefined;
  readonly onDone: () => void;
}) {
  const navigate = useNavigate();
  const [kept] = useState(() => keptDraft(target.what));
  const [isRestored, setRestored] = useState(kept !== undefined);
  const [base, setBase] = useState(kept === undefined ? loaded : kept.base);
  const [text, setText] = useState(kept?.text ?? startingText(target, loaded));
  const [isSaving, setSaving] = useState(false);
  const [theirs, setTheirs] = useState<StoredDocument>();
  const before = startingText(target, base);
  const isChanged = text !== before;
  const isAccepted = useMemo(
    () => parsePolicy(text, target.kind).ok && policySize(text) <= target.quota,
    [text, target],
  );

  useEffect(() => {
    if (isChanged) keepDraft(target.what, { text, base });
    else dropDraft(target.what);
  }, [target.what, text, base, isChanged]);

  const reset = (document: StoredDocument | undefined) => {
    setBase(document);
    setText(startingText(target, document));
    setTheirs(undefined);
    setRestored(false);
  };
  return (
    <SpaceBetween size="l">
      {isRestored && (
        <Alert
          type="info"
          dismissible={true}
          dismissAriaLabel="Dismiss"
          onDismiss={() => setRestored(false)}
          action={<Button onClick={() => reset(loaded)}>Discard it</Button>}
        >
          This is what you typed here before and did not save.
        </Alert>
      )}
      {theirs !== undefined && (
        <ThreeWay
          before={base?.text ?? ""}
          theirs={theirs.text}
          mine={text}
          onTakeTheirs={() => reset(theirs)}
          onKeepMine={() => {
            setBase(theirs);
            setTheirs(undefined);
          }}
        />
      )}
      <PolicyEditor
        kind={target.kind}
        value={text}
        onChange={setText}
        label="Policy document"
        quota={target.quota}
      />
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="primary"
          disabled={!isAccepted || !isChanged || theirs !== undefined}
          onClick={() => setSaving(true)}
        >
          Review and save
        </Button>
        <Button
          onClick={() => {
            dropDraft(target.what);
            navigate(target.back);
          }}
        >
          Cancel
        </Button>
      </SpaceBetween>
      {isSaving && (
        <SaveDialog
          target={target}
          text={text}
          base={base}
          onDone={() => {
            dropDraft(target.what);
            onDone();
          }}
          onConflict={(now) => {
            setSaving(false);
            setTheirs(now ?? { text: "", hash: "" });
          }}
          onClose={() => setSaving(false)}
        />
      )}
    </SpaceBetween>
  );
}

const startingText = (target: DocumentTarget, document: StoredDocument | undefined): string =>
  document === undefined ? emptyDocument(target.kind) : readableJson(document.text);
