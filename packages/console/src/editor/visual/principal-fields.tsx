import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { type Apply, setPrincipals } from "../text/edit-document.ts";
import type { PrincipalEntry, ShownStatement } from "../text/read-document.ts";
import { Choice } from "./choice.tsx";
import { ExceptSelect } from "./except-select.tsx";
import { PatternList } from "./pattern-list.tsx";

interface PrincipalType {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
}

const TYPES: readonly PrincipalType[] = [
  {
    value: "AWS",
    label: "Account, user, role or session",
    placeholder: "111122223333, or an ARN",
  },
  {
    value: "Federated",
    label: "Identity provider",
    placeholder: "arn:aws:iam::111122223333:oidc-provider/id.example.com",
  },
  { value: "Service", label: "Service", placeholder: "lambda.amazonaws.com" },
  { value: "*", label: "Everyone", placeholder: "" },
];

/** `Principal` of a trust policy or a resource-based one. */
export function PrincipalFields({
  statement: { index, principal },
  mayExcept,
  onChange,
}: {
  readonly statement: ShownStatement;
  /** Whether documents of this kind may have `NotPrincipal`. */
  readonly mayExcept: boolean;
  readonly onChange: Apply;
}) {
  const names = principal?.names ?? [];
  const [type, setType] = useState(TYPES[0]);
  const [text, setText] = useState("");
  const isEveryone = type?.value === "*";
  const set = (next: readonly PrincipalEntry[]) => onChange(setPrincipals(index, next));
  const add = () => {
    const value = isEveryone ? "*" : text.trim();
    if (type === undefined || value === "") return;
    const entry = { type: type.value, value };
    // Everyone is written as a text of its own; nobody else is named beside.
    set(isEveryone ? [entry] : [...names.filter((one) => one.type !== "*" && one.value), entry]);
    setText("");
  };
  return (
    <SpaceBetween size="s">
      {(mayExcept || principal?.except === true) && (
        <ExceptSelect
          index={index}
          element="principal"
          except={principal?.except ?? false}
          words={["These principals", "All principals but these"]}
          onChange={onChange}
        />
      )}
      <PatternList
        values={names.map(({ type: own, value }) =>
          own === "*" ? "Everyone (*)" : `${own}: ${value}`,
        )}
        what="principal"
        empty="No principal yet."
        onRemove={(at) => set(names.filter((_, other) => other !== at))}
      />
      <div className="principal-fields">
        <Choice
          label="Type of principal"
          options={TYPES}
          value={type?.value ?? ""}
          onChange={(chosen) => setType(TYPES.find(({ value }) => value === chosen))}
        />
        {!isEveryone && (
          <FormField label="Principal" stretch={true}>
            <Input
              value={text}
              placeholder={type?.placeholder ?? ""}
              spellcheck={false}
              onChange={({ detail }) => setText(detail.value)}
            />
          </FormField>
        )}
        <Button formAction="none" onClick={add}>
          Add principal
        </Button>
      </div>
    </SpaceBetween>
  );
}
