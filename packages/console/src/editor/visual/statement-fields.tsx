import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import type { Services } from "@portcullis/analysis";
import { KINDS, type PolicyKind } from "@portcullis/policy";
import type { ReactNode } from "react";
import { FaultList } from "../fault-list.tsx";
import type { Fault, Fix } from "../policy-faults.ts";
import { type Apply, setEffect, setSid } from "../text/edit-document.ts";
import type { ShownStatement } from "../text/read-document.ts";
import { ActionFields } from "./action-fields.tsx";
import { Choice } from "./choice.tsx";
import { ConditionFields } from "./condition-fields.tsx";
import { PrincipalFields } from "./principal-fields.tsx";
import { ResourceFields } from "./resource-fields.tsx";

const EFFECTS = [
  { value: "Allow", label: "Allow" },
  { value: "Deny", label: "Deny" },
];

/** The fields of one statement, each element with the faults that are in it. */
export function StatementFields({
  statement,
  kind,
  faults,
  services,
  account,
  onChange,
  onShow,
  onFix,
}: {
  readonly statement: ShownStatement;
  readonly kind: PolicyKind;
  /** Those inside the statement. */
  readonly faults: readonly Fault[];
  readonly services: Services | undefined;
  readonly account: string | undefined;
  readonly onChange: Apply;
  readonly onShow: ((fault: Fault) => void) | undefined;
  readonly onFix: (fix: Fix) => void;
}) {
  const { index, sid, effect, others, principal, resource } = statement;
  const rules = KINDS[kind];
  const { of, rest } = faultsByElement(statement, faults);
  const part = (title: string, elements: readonly string[], children: ReactNode) => (
    <div className="statement-part">
      <h3>{title}</h3>
      <FaultList
        faults={elements.flatMap((element) => of.get(element) ?? [])}
        label={`Faults of ${title.toLowerCase()}`}
        onShow={onShow}
        onFix={onFix}
      />
      {children}
    </div>
  );
  return (
    <>
      <FaultList faults={rest} label="Faults" onShow={onShow} onFix={onFix} />
      <div className="statement-head">
        <Choice
          label="Effect"
          options={EFFECTS}
          value={effect ?? ""}
          onChange={(value) => onChange(setEffect(index, value === "Deny" ? "Deny" : "Allow"))}
        />
        <FormField label="Name (Sid)" stretch={true}>
          <Input
            value={sid}
            placeholder="None"
            spellcheck={false}
            onChange={({ detail }) => onChange(setSid(index, detail.value))}
          />
        </FormField>
      </div>
      {(rules.principal === "required" || principal !== undefined) &&
        part(
          "Principals",
          ["Principal", "NotPrincipal"],
          <PrincipalFields
            statement={statement}
            mayExcept={rules.notPrincipal === "allowed"}
            onChange={onChange}
          />,
        )}
      {part(
        "Actions",
        ["Action", "NotAction"],
        <ActionFields
          statement={statement}
          services={services}
          onlyAssumes={rules.actions === "assume role"}
          onChange={onChange}
        />,
      )}
      {(rules.resource === "required" || resource !== undefined) &&
        part(
          "Resources",
          ["Resource", "NotResource"],
          <ResourceFields
            statement={statement}
            services={services}
            account={account}
            onChange={onChange}
          />,
        )}
      {part(
        "Conditions",
        ["Condition"],
        <ConditionFields statement={statement} services={services} onChange={onChange} />,
      )}
      {others.length > 0 && (
        <p className="patterns-empty break">Shown as JSON alone: {others.join(", ")}.</p>
      )}
    </>
  );
}

/** Faults by the element that they are in, and those of the statement as a whole. */
function faultsByElement({ node }: ShownStatement, faults: readonly Fault[]) {
  const of = new Map<string, Fault[]>();
  const rest: Fault[] = [];
  for (const fault of faults) {
    const element = node.members.find(
      ({ key, value }) => fault.start >= key.start && fault.end <= value.end,
    );
    const name = element?.key.value;
    if (name === undefined || !FIELDS.has(name)) rest.push(fault);
    else of.set(name, [...(of.get(name) ?? []), fault]);
  }
  return { of, rest };
}

/** Elements with a part of their own. */
const FIELDS = new Set([
  ...["Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"],
  "Condition",
]);
