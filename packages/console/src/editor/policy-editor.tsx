import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator";
import { type PolicyKind, policySize } from "@portcullis/policy";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { CodeEditor, type CodeEditorHandle } from "./code-editor.tsx";
import { formatJson } from "./format-json.ts";
import { type Fault, type FaultLevel, policyFaults } from "./policy-faults.ts";
import { serviceDefinitions } from "./service-definitions.ts";

/** The JSON of a policy, with all faults live: found by the server's own engine, in the browser. */
export default function PolicyEditor({
  kind,
  value,
  onChange,
  label,
  quota,
}: {
  readonly kind: PolicyKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  /** Of the document's size, white space not counted. */
  readonly quota: number;
}) {
  const editor = useRef<CodeEditorHandle>(null);
  const services = useServiceDefinitions();
  const text = useDeferredValue(value);
  const faults = useMemo(
    () => policyFaults(text, kind, services ?? undefined),
    [text, kind, services],
  );
  const diagnostics = useMemo(
    () =>
      faults.map(({ start, end, level, message }) => ({
        from: start,
        to: end,
        severity: LEVELS[level].severity,
        message,
      })),
    [faults],
  );
  const formatted = useMemo(() => formatJson(text), [text]);
  return (
    <SpaceBetween size="s">
      <div className="code-editor-bar">
        <Size size={policySize(text)} quota={quota} />
        <Button
          formAction="none"
          disabled={formatted === undefined || formatted === value}
          onClick={() => formatted !== undefined && onChange(formatted)}
        >
          Format
        </Button>
      </div>
      <CodeEditor
        ref={editor}
        value={value}
        onChange={onChange}
        label={label}
        diagnostics={diagnostics}
      />
      <LiveRegion>
        <Summary faults={faults} />
      </LiveRegion>
      {faults.length > 0 && (
        <ul className="faults" aria-label="Faults">
          {faults.slice(0, SHOWN_FAULTS).map((fault) => (
            <FaultItem
              key={`${fault.start}/${fault.end}/${fault.message}`}
              fault={fault}
              onShow={() => editor.current?.goTo(fault.start)}
              onFix={(edits) => text === value && onChange(applied(text, edits))}
            />
          ))}
        </ul>
      )}
      {faults.length > SHOWN_FAULTS && (
        <Box variant="small">And {faults.length - SHOWN_FAULTS} more.</Box>
      )}
      {services === null && (
        <Box variant="small">
          This installation publishes no definitions of its APIs, so names of actions are not
          checked.
        </Box>
      )}
    </SpaceBetween>
  );
}

const SHOWN_FAULTS = 20;

/** Undefined while they load; null when there are none. */
function useServiceDefinitions() {
  const [services, setServices] = useState<Awaited<ReturnType<typeof serviceDefinitions>> | null>();
  useEffect(() => {
    let isGone = false;
    serviceDefinitions().then((found) => !isGone && setServices(found ?? null));
    return () => {
      isGone = true;
    };
  }, []);
  return services;
}

interface Level {
  readonly word: string;
  readonly type: StatusIndicatorProps.Type;
  readonly severity: "error" | "warning" | "info";
}

const LEVELS: Readonly<Record<FaultLevel, Level>> = {
  refused: { word: "Not accepted", type: "error", severity: "error" },
  error: { word: "Error", type: "error", severity: "error" },
  security: { word: "Security warning", type: "warning", severity: "warning" },
  warning: { word: "Warning", type: "warning", severity: "warning" },
  suggestion: { word: "Suggestion", type: "info", severity: "info" },
};

function Size({ size, quota }: { readonly size: number; readonly quota: number }) {
  const numbers = `${size.toLocaleString("en")} of ${quota.toLocaleString("en")} characters`;
  if (size <= quota) return <Box variant="span">{numbers}</Box>;
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

type Edits = Fault["fixes"][number]["edits"];

function FaultItem({
  fault: { level, line, message, fixes },
  onShow,
  onFix,
}: {
  readonly fault: Fault;
  readonly onShow: () => void;
  readonly onFix: (edits: Edits) => void;
}) {
  const { word, type } = LEVELS[level];
  return (
    <li className="status">
      <StatusIndicator type={type} iconAriaLabel={word} />
      <div className="break">
        <Button variant="inline-link" formAction="none" onClick={onShow}>
          Line {line}
        </Button>{" "}
        <strong>{word}:</strong> {message}{" "}
        {fixes.map(({ title, edits }) => (
          <Button
            key={title}
            variant="inline-link"
            formAction="none"
            ariaLabel={`${title}, line ${line}`}
            onClick={() => onFix(edits)}
          >
            {title}
          </Button>
        ))}
      </div>
    </li>
  );
}

/** From the end, so that earlier offsets stay right. */
const applied = (text: string, edits: Edits): string =>
  [...edits]
    .sort((one, other) => other.start - one.start)
    .reduce(
      (done, { start, end, text: part }) => done.slice(0, start) + part + done.slice(end),
      text,
    );
