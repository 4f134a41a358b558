import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Services } from "@portcullis/analysis";
import { type PolicyKind, policySize } from "@portcullis/policy";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { CodeEditor, type CodeEditorHandle } from "./code-editor.tsx";
import { chosenSides, type Sides } from "./editor-sides.ts";
import { FaultList, LEVELS } from "./fault-list.tsx";
import { formatJson } from "./format-json.ts";
import type { Fault, Fix } from "./policy-faults.ts";
import { SidesControl } from "./sides-control.tsx";
import type { Apply } from "./text/edit-document.ts";
import { applyEdits } from "./text/json-edit.ts";
import { readDocument, type VisualDocument } from "./text/read-document.ts";
import { useFaults } from "./use-faults.ts";
import { SHOWN_STATEMENTS, VisualEditor } from "./visual/visual-editor.tsx";

/**
 * A policy document as fields and as JSON, which are two views of one text, with all faults live:
 * found by the server's own engine, in the browser.
 */
export function DocumentEditor({
  kind,
  value,
  onChange,
  label,
  quota,
  services,
  account,
}: {
  readonly kind: PolicyKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  /** Of the document's size, white space not counted. */
  readonly quota: number;
  readonly services: Services | undefined;
  /** The account that ARNs are built for; undefined: any. */
  readonly account: string | undefined;
}) {
  const editor = useRef<CodeEditorHandle>(null);
  const [sides, setSides] = useState(chosenSides);
  // What is typed as JSON shows at once, and the rest follows when there is time. A field shows
  // what it holds, so that what fields change is not put off.
  const later = useDeferredValue(value);
  const [byField, setByField] = useState<string>();
  const text = byField === value ? value : later;
  const faults = useFaults(text, kind, services);
  const formatted = useMemo(() => formatJson(text), [text]);
  const read = useMemo(() => readDocument(text), [text]);
  // A document that is not JSON can be mended as JSON alone.
  const shown: Sides = sides === "visual" && !read.ok ? "both" : sides;
  const onShow = shown === "visual" ? undefined : ({ start }: Fault) => editor.current?.goTo(start);
  const inPlace = shown !== "json" && read.ok ? placesOf(read.document) : [];
  const others = faults.filter(
    ({ start, end }) => !inPlace.some((place) => start >= place.start && end <= place.end),
  );
  const latest = useRef(value);
  latest.current = value;
  const apply: Apply = (change) => {
    const next = change(latest.current);
    latest.current = next;
    setByField(next);
    onChange(next);
  };
  // A fix is about the text that was looked at.
  const fix = ({ edits }: Fix) => text === latest.current && apply((now) => applyEdits(now, edits));
  const diagnostics = useMemo(() => faults.map(diagnosticOf), [faults]);
  return (
    <SpaceBetween size="s">
      <div className="code-editor-bar">
        <SidesControl label={`How ${label} is shown`} sides={sides} onChange={setSides} />
        <Size size={policySize(text)} quota={quota} />
        <Button
          formAction="none"
          disabled={formatted === undefined || formatted === value}
          onClick={() => formatted !== undefined && onChange(formatted)}
        >
          Format
        </Button>
      </div>
      <div className="editor-sides">
        <div className={shown === "both" ? "editor-both" : undefined}>
          {shown !== "json" && (
            <VisualEditor
              read={read}
              kind={kind}
              faults={faults}
              services={services}
              account={account}
              label={label}
              onChange={apply}
              onShow={onShow}
              onFix={fix}
            />
          )}
          {shown !== "visual" && (
            <CodeEditor
              ref={editor}
              value={value}
              onChange={onChange}
              label={label}
              diagnostics={diagnostics}
              onFix={fix}
            />
          )}
        </div>
      </div>
      <LiveRegion>
        <Summary faults={faults} />
      </LiveRegion>
      <FaultList faults={others} label="Faults" onShow={onShow} onFix={fix} />
    </SpaceBetween>
  );
}

/** Where the fields show the faults by themselves. */
const placesOf = ({ statements }: VisualDocument) =>
  statements.slice(0, SHOWN_STATEMENTS).map(({ node }) => node);

const diagnosticOf = ({ start, end, level, message, fixes }: Fault) => ({
  from: start,
  to: end,
  severity: LEVELS[level].severity,
  message,
  fixes,
});

function Size({ size, quota }: { readonly size: number; readonly quota: number }) {
  const numbers = `${size.toLocaleString("en")} of ${quota.toLocaleString("en")} characters`;
  if (size <= quota) return <span className="editor-size">{numbers}</span>;
  return <StatusIndicator type="error">{numbers}: too long</StatusIndicator>;
}

function Summary({ faults }: { readonly faults: readonly Fault[] }) {
  const refused = faults.filter(({ level }) => level === "refused").length;
  if (refused > 0)
    return (
      <StatusIndicator type="error">
        {count(refused, "fault")}: the server will not accept this document.
      </StatusIndicator>
    );
  if (faults.length > 0)
    return (
      <StatusIndicator type="warning">
        The server accepts this document; {count(faults.length, "remark")}.
      </StatusIndicator>
    );
  return <StatusIndicator type="success">No faults.</StatusIndicator>;
}

const count = (number: number, word: string): string => `${number} ${word}${number > 1 ? "s" : ""}`;
