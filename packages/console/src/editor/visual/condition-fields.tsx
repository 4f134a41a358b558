import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Services } from "@portcullis/analysis";
import { useState } from "react";
import { type Apply, addCondition } from "../text/edit-document.ts";
import type { ShownStatement } from "../text/read-document.ts";
import { SuggestedInput } from "./choice.tsx";
import { ConditionRow } from "./condition-row.tsx";
import { hasManyValues, operatorsFor, suggestedKeys } from "./operators.ts";

/** The conditions of a statement, all of which must be met. */
export function ConditionFields({
  statement: { index, action, conditions },
  services,
  onChange,
}: {
  readonly statement: ShownStatement;
  readonly services: Services | undefined;
  readonly onChange: Apply;
}) {
  const [key, setKey] = useState("");
  const keys = suggestedKeys(services, action?.values ?? []);
  const add = () => {
    const wanted = key.trim();
    if (wanted === "") return;
    const [name = "StringEquals"] = operatorsFor(wanted, services);
    const operator = hasManyValues(wanted, services) === true ? `ForAnyValue:${name}` : name;
    onChange(addCondition(index, operator, wanted, [name === "Bool" ? "true" : ""]));
    setKey("");
  };
  return (
    <SpaceBetween size="s">
      {conditions.length === 0 && (
        <p className="patterns-empty">No condition: the statement applies always.</p>
      )}
      {conditions.map((condition, at) => (
        <ConditionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: their place is what changes are about
          key={at}
          index={index}
          at={at}
          condition={condition}
          isTaken={(operator) =>
            conditions.some((one) => one.operator === operator && one.key === condition.key)
          }
          services={services}
          onChange={onChange}
        />
      ))}
      <div className="add-field">
        <SuggestedInput
          label="Condition key"
          value={key}
          placeholder="aws:SourceIp"
          suggestions={keys}
          onChange={setKey}
          onEnter={add}
        />
        <Button formAction="none" disabled={key.trim() === ""} onClick={add}>
          Add condition
        </Button>
      </div>
    </SpaceBetween>
  );
}
