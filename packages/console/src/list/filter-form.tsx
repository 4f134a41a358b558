import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { TIME_OPTIONS, timeProblem } from "./period.ts";
import "./filter-form.css";

type Values = Readonly<Record<string, string>>;

/** A field of a filter that the server applies. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Of a choice; the empty value is every one. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** Whether it is shown beside the other values. */
  readonly isShown?: (values: Values) => boolean;
  readonly problem?: (value: string) => string | undefined;
}

const isBetween = ({ time }: Values): boolean => time === "between";

/** The fields of a period. */
export const PERIOD_FIELDS: readonly FilterField[] = [
  { name: "time", label: "Time", options: TIME_OPTIONS },
  {
    name: "from",
    label: "From",
    placeholder: "2026-11-29 14:00",
    isShown: isBetween,
    problem: timeProblem,
  },
  {
    name: "to",
    label: "To",
    placeholder: "2026-11-29 15:00",
    isShown: isBetween,
    problem: timeProblem,
  },
];

/** The values of a filter, which the address keeps, and their change. */
export function useFilter<F extends Values>(
  none: F,
): readonly [value: F, apply: (value: F) => void] {
  const [params, setParams] = useSearchParams();
  const names = Object.keys(none);
  const value = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ""])) as F;
  const apply = (next: F) => {
    const changed = new URLSearchParams(params);
    for (const name of [...names, "page", "q"]) changed.delete(name);
    for (const name of names) if (next[name]) changed.set(name, next[name]);
    setParams(changed);
  };
  return [value, apply];
}

/** A filter that is applied by its button, since each change asks the server. */
export function FilterForm<F extends Values>({
  label,
  fields,
  value,
  none,
  onApply,
}: {
  /** What is filtered, to a screen reader. */
  readonly label: string;
  readonly fields: readonly FilterField[];
  readonly value: F;
  /** The value that filters nothing. */
  readonly none: F;
  readonly onApply: (value: F) => void;
}) {
  const [draft, setDraft] = useState<F>(value);
  const shown = fields.filter(({ isShown }) => isShown?.(draft) ?? true);
  const problemOf = ({ name, problem }: FilterField) => problem?.(draft[name] ?? "");
  const set = (name: string, text: string) => setDraft({ ...draft, [name]: text });
  return (
    <form
      aria-label={label}
      className="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!shown.some((field) => problemOf(field) !== undefined)) onApply(draft);
      }}
    >
      {shown.map((field) => (
        <FormField key={field.name} label={field.label} errorText={problemOf(field)}>
          {field.options === undefined ? (
            <Input
              value={draft[field.name] ?? ""}
              placeholder={field.placeholder ?? ""}
              spellcheck={false}
              onChange={({ detail }) => set(field.name, detail.value)}
            />
          ) : (
            <Select
              selectedOption={
                field.options.find((option) => option.value === draft[field.name]) ?? null
              }
              options={field.options}
              onChange={({ detail }) => set(field.name, detail.selectedOption.value ?? "")}
            />
          )}
        </FormField>
      ))}
      <div className="filter-form-buttons">
        <Button variant="primary">Apply</Button>
        <Button
          formAction="none"
          disabled={Object.values(value).every((text) => text === "")}
          onClick={() => {
            setDraft(none);
            onApply(none);
          }}
        >
          Clear
        </Button>
      </div>
    </form>
  );
}
