import Autosuggest from "@cloudscape-design/components/autosuggest";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import { type AskedKey, type KeyInput, valueProblem } from "./context-keys.ts";

const HINTS: Readonly<Record<Exclude<KeyInput, "boolean">, string>> = {
  text: "Text",
  number: "A number",
  date: "A date, such as 2026-01-31T12:00:00Z",
  address: "An IP address, such as 203.0.113.7",
  list: "Values, one a line",
};

interface FieldProps {
  readonly asked: AskedKey;
  /** Undefined: nothing was typed. Empty: the key is not in the request. */
  readonly values: readonly string[] | undefined;
  /** What requests have when nothing is typed. */
  readonly given: string | undefined;
  readonly onChange: (values: readonly string[] | undefined) => void;
}

/** The value of one context key, by a field that suits its type. */
export function ContextField(props: FieldProps) {
  const { asked, values = [], given } = props;
  const problem = values.map((value) => valueProblem(asked.input, value)).find(Boolean);
  return (
    <FormField
      label={<span className="break">{asked.name}</span>}
      constraintText={hintOf(asked.input, given)}
      errorText={problem}
    >
      <Field {...props} />
    </FormField>
  );
}

function hintOf(input: KeyInput, given: string | undefined): string | undefined {
  if (input === "boolean") return undefined;
  return given === undefined ? HINTS[input] : `When left empty: ${given}`;
}

function Field({ asked: { input, suggestions, name }, values, given, onChange }: FieldProps) {
  const typed = (text: string) => onChange(text === "" ? undefined : [text]);
  if (input === "boolean") {
    const options = booleanOptions(given);
    const selected = values === undefined ? "" : (values[0] ?? "absent");
    return (
      <Select
        options={options}
        selectedOption={options.find(({ value }) => value === selected) ?? options[0] ?? null}
        onChange={({ detail }) => {
          const { value = "" } = detail.selectedOption;
          if (value === "") onChange(undefined);
          else onChange(value === "absent" ? [] : [value]);
        }}
      />
    );
  }
  if (input === "list")
    return (
      <Textarea
        value={(values ?? []).join("\n")}
        rows={2}
        spellcheck={false}
        onChange={({ detail }) =>
          onChange(detail.value === "" ? undefined : detail.value.split("\n"))
        }
      />
    );
  return (
    <Autosuggest
      value={values?.[0] ?? ""}
      options={suggestions.map((value) => ({ value }))}
      onChange={({ detail }) => typed(detail.value)}
      enteredTextLabel={(value) => `Use "${value}"`}
      empty="No suggestions."
      ariaLabel={name}
    />
  );
}

const ABSENT = { value: "absent", label: "Not in the request" };

const booleanOptions = (given: string | undefined) => [
  given === undefined ? { ...ABSENT, value: "" } : { value: "", label: `${given}, as in requests` },
  { value: "true", label: "true" },
  { value: "false", label: "false" },
  ...(given === undefined ? [] : [ABSENT]),
];
