import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Textarea from "@cloudscape-design/components/textarea";
import type { Services } from "@portcullis/analysis";
import {
  type Apply,
  moveCondition,
  removeCondition,
  setConditionValues,
} from "../text/edit-document.ts";
import type { Condition } from "../text/read-document.ts";
import { Choice, type ChoiceOption } from "./choice.tsx";
import {
  hasManyValues,
  type OperatorParts,
  operatorOf,
  operatorsFor,
  partsOf,
  type Qualifier,
} from "./operators.ts";

const QUALIFIERS: readonly { readonly value: Qualifier; readonly label: string }[] = [
  { value: "", label: "The one value" },
  { value: "ForAnyValue", label: "Any of the values" },
  { value: "ForAllValues", label: "All of the values" },
];

/** One condition: operator, how several values compare, whether the key must be there, values. */
export function ConditionRow({
  index,
  at,
  condition: { operator, key, values },
  isTaken,
  services,
  onChange,
}: {
  readonly index: number;
  readonly at: number;
  readonly condition: Condition;
  /** Whether the statement has the key under that operator already. */
  readonly isTaken: (operator: string) => boolean;
  readonly services: Services | undefined;
  readonly onChange: Apply;
}) {
  const parts = partsOf(operator);
  const suited = operatorsFor(key, services);
  const names = suited.includes(parts.name) ? suited : [parts.name, ...suited];
  const change = (part: Partial<OperatorParts>) => {
    const next = operatorOf({ ...parts, ...part });
    if (!isTaken(next)) onChange(moveCondition(index, at, next, key));
  };
  const isMany = hasManyValues(key, services);
  const choices = CHOICES.get(parts.name);
  return (
    <fieldset className="condition">
      <legend className="break">
        <code>{key}</code>
      </legend>
      <div className="condition-fields">
        <Choice
          label="Operator"
          options={names.map((value) => ({
            value,
            label: value,
            isDisabled: value !== parts.name && isTaken(operatorOf({ ...parts, name: value })),
          }))}
          value={parts.name}
          onChange={(name) => change({ name })}
        />
        {(isMany !== false || parts.qualifier !== "") && (
          <Choice
            label="Compares"
            options={QUALIFIERS}
            value={parts.qualifier}
            onChange={(qualifier) => change({ qualifier: qualifier as Qualifier })}
          />
        )}
        {choices === undefined ? (
          <FormField label="Values, one a line" stretch={true}>
            <Textarea
              value={values.join("\n")}
              rows={Math.min(4, Math.max(1, values.length))}
              spellcheck={false}
              onChange={({ detail }) =>
                onChange(setConditionValues(index, at, detail.value.split("\n")))
              }
            />
          </FormField>
        ) : (
          <Choice
            label="Value"
            options={choices}
            value={(values[0] ?? "").toLowerCase()}
            placeholder={values.join(", ") || "Choose"}
            onChange={(value) => onChange(setConditionValues(index, at, [value]))}
          />
        )}
      </div>
      <div className="condition-foot">
        {parts.name !== "Null" && (
          <Checkbox
            checked={parts.ifExists}
            onChange={({ detail }) => change({ ifExists: detail.checked })}
          >
            Also met by requests without this key
          </Checkbox>
        )}
        <Button
          formAction="none"
          ariaLabel={`Remove the condition on ${key}`}
          onClick={() => onChange(removeCondition(index, at))}
        >
          Remove
        </Button>
      </div>
    </fieldset>
  );
}

/** Operators whose value is one of two. */
const CHOICES: ReadonlyMap<string, readonly ChoiceOption[]> = new Map([
  [
    "Bool",
    [
      { value: "true", label: "true" },
      { value: "false", label: "false" },
    ],
  ],
  [
    "Null",
    [
      { value: "true", label: "The key is absent" },
      { value: "false", label: "The key is there" },
    ],
  ],
]);
