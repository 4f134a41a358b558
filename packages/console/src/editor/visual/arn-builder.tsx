import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { type ArnFormat, arnOf, defaultValue, variablesOf } from "./arn-format.ts";
import { Choice } from "./choice.tsx";

/** Builds an ARN from a format of a service's definition. */
export function ArnBuilder({
  formats,
  account,
  onAdd,
}: {
  readonly formats: readonly ArnFormat[];
  readonly account: string | undefined;
  readonly onAdd: (arn: string) => void;
}) {
  const [name, setName] = useState<string>();
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  const chosen = formats.find((format) => format.name === name) ?? formats[0];
  if (chosen === undefined) return null;
  const variables = variablesOf(chosen.format);
  const filledIn = (variable: string) => values.get(variable) ?? defaultValue(variable, account);
  const arn = arnOf(
    chosen.format,
    new Map(variables.map((variable) => [variable, filledIn(variable)])),
  );
  return (
    <fieldset className="arn-builder">
      <legend>Build an ARN</legend>
      <div className="arn-builder-fields">
        <Choice
          label="Type of resource"
          options={formats.map((format) => ({ value: format.name, label: format.name }))}
          value={chosen.name}
          onChange={setName}
        />
        {variables.map((variable) => (
          <FormField key={variable} label={variable}>
            <Input
              value={filledIn(variable)}
              spellcheck={false}
              onChange={({ detail }) => setValues(new Map(values).set(variable, detail.value))}
            />
          </FormField>
        ))}
      </div>
      <div className="arn-builder-result">
        <code className="break">{arn}</code>
        <Button formAction="none" onClick={() => onAdd(arn)}>
          Add this ARN
        </Button>
      </div>
    </fieldset>
  );
}
