import Button from "@cloudscape-design/components/button";
import Icon from "@cloudscape-design/components/icon";
import type { Services } from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { useMemo } from "react";
import { FaultList } from "../fault-list.tsx";
import type { Fault, Fix } from "../policy-faults.ts";
import {
  type Apply,
  duplicateStatement,
  exchangeStatements,
  removeStatement,
} from "../text/edit-document.ts";
import type { VisualStatement } from "../text/read-document.ts";
import { StatementFields } from "./statement-fields.tsx";
import { statementWords, Words } from "./statement-words.tsx";

/** One statement: what it does in words, and, opened, its fields. */
export function StatementCard({
  statement,
  count,
  text,
  kind,
  faults,
  services,
  account,
  isOpen,
  onToggle,
  onChange,
  onShow,
  onFix,
}: {
  readonly statement: VisualStatement;
  /** Of the document's statements. */
  readonly count: number;
  readonly text: string;
  readonly kind: PolicyKind;
  readonly faults: readonly Fault[];
  readonly services: Services | undefined;
  readonly account: string | undefined;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  readonly onChange: Apply;
  readonly onShow: ((fault: Fault) => void) | undefined;
  readonly onFix: (fix: Fix) => void;
}) {
  const { index, node } = statement;
  const own = text.slice(node.start, node.end);
  const words = useMemo(() => statementWords(own, kind), [own, kind]);
  const inside = faults.filter(({ start, end }) => start >= node.start && end <= node.end);
  const name = `Statement ${index + 1}`;
  const sid = statement.hidden === undefined && statement.sid !== "" ? `: ${statement.sid}` : "";
  const isDeny = statement.hidden === undefined && statement.effect === "Deny";
  return (
    <div className={isDeny ? "statement statement-deny" : "statement"}>
      <h2>
        <button
          type="button"
          className="statement-toggle"
          aria-expanded={isOpen}
          onClick={() => onToggle(!isOpen)}
        >
          <Icon name={isOpen ? "caret-down-filled" : "caret-right-filled"} />
          <span className="break">{name + sid}</span>
        </button>
      </h2>
      <p className="statement-words">
        <Words sentence={words} />
      </p>
      {isOpen && (
        <div className="statement-body">
          {statement.hidden === undefined ? (
            <StatementFields
              statement={statement}
              kind={kind}
              faults={inside}
              services={services}
              account={account}
              onChange={onChange}
              onShow={onShow}
              onFix={onFix}
            />
          ) : (
            <p className="patterns-empty">
              Fields can&apos;t show this statement: {statement.hidden} Change it as JSON.
            </p>
          )}
          <div className="statement-buttons">
            <Button
              formAction="none"
              ariaLabel={`Duplicate ${name.toLowerCase()}`}
              onClick={() => onChange(duplicateStatement(index))}
            >
              Duplicate
            </Button>
            <Button
              formAction="none"
              ariaLabel={`Remove ${name.toLowerCase()}`}
              onClick={() => onChange(removeStatement(index))}
            >
              Remove
            </Button>
            {index + 1 < count && (
              <Button
                formAction="none"
                ariaLabel={`Move down ${name.toLowerCase()}`}
                onClick={() => onChange(exchangeStatements(index))}
              >
                Move down
              </Button>
            )}
          </div>
        </div>
      )}
      {!isOpen && (
        <FaultList
          faults={inside}
          label={`Faults of statement ${index + 1}`}
          onShow={onShow}
          onFix={onFix}
        />
      )}
    </div>
  );
}
