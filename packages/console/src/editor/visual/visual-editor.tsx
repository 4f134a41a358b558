import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Services } from "@portcullis/analysis";
import { KINDS, type PolicyKind } from "@portcullis/policy";
import { useState } from "react";
import type { Fault, Fix } from "../policy-faults.ts";
import { type Apply, addStatement } from "../text/edit-document.ts";
import type { ReadResult } from "../text/read-document.ts";
import { StatementCard } from "./statement-card.tsx";
import "./visual.css";

/** More statements than these would make a page that nobody can use. */
export const SHOWN_STATEMENTS = 60;

/** A document's statements as fields. It changes the same text that the JSON side shows. */
export function VisualEditor({
  read,
  kind,
  faults,
  services,
  account,
  label,
  onChange,
  onShow,
  onFix,
}: {
  readonly read: ReadResult;
  readonly kind: PolicyKind;
  readonly faults: readonly Fault[];
  readonly services: Services | undefined;
  /** The account that ARNs are built for. */
  readonly account: string | undefined;
  readonly label: string;
  readonly onChange: Apply;
  /** Shows a fault's place on the JSON side; undefined: that is not there. */
  readonly onShow: ((fault: Fault) => void) | undefined;
  readonly onFix: (fix: Fix) => void;
}) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set([0]));
  if (!read.ok)
    return (
      <Alert type="warning" header="This can be shown as JSON alone">
        {read.reason} Mend it there; the fields come back by themselves.
      </Alert>
    );
  const { text, statements, others } = read.document;
  const add = () => {
    setOpen(new Set([statements.length]));
    onChange(addStatement(newStatement(kind)));
  };
  return (
    <section className="visual-editor" aria-label={`${label}, visual`}>
      <SpaceBetween size="s">
        {statements.length === 0 && <p className="patterns-empty">No statement yet.</p>}
        {statements.slice(0, SHOWN_STATEMENTS).map((statement) => (
          <StatementCard
            key={statement.index}
            statement={statement}
            count={statements.length}
            text={text}
            kind={kind}
            faults={faults}
            services={services}
            account={account}
            isOpen={open.has(statement.index)}
            onToggle={(isOpen) => setOpen(withItem(open, statement.index, isOpen))}
            onChange={onChange}
            onShow={onShow}
            onFix={onFix}
          />
        ))}
        {statements.length > SHOWN_STATEMENTS && (
          <p className="patterns-empty">
            And {statements.length - SHOWN_STATEMENTS} more statements, which are shown as JSON
            alone.
          </p>
        )}
        {others.length > 0 && (
          <p className="patterns-empty break">Shown as JSON alone: {others.join(", ")}.</p>
        )}
        <Button formAction="none" iconName="add-plus" onClick={add}>
          Add statement
        </Button>
      </SpaceBetween>
    </section>
  );
}

function withItem(items: ReadonlySet<number>, item: number, isThere: boolean): ReadonlySet<number> {
  const next = new Set(items);
  if (isThere) next.add(item);
  else next.delete(item);
  return next;
}

/** A statement with the elements that documents of the kind must have. */
function newStatement(kind: PolicyKind): object {
  const { principal, resource, actions } = KINDS[kind];
  return {
    Effect: "Allow",
    ...(principal === "required" ? { Principal: { AWS: [] } } : {}),
    Action: actions === "assume role" ? "sts:AssumeRole" : [],
    ...(resource === "required" ? { Resource: [] } : {}),
  };
}
