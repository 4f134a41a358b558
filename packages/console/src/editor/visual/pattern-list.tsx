import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";

/** Values of an element, each with a button that takes it away. */
export function PatternList({
  values,
  what,
  empty,
  onRemove,
}: {
  readonly values: readonly string[];
  /** One of them, such as `action`. */
  readonly what: string;
  readonly empty: string;
  readonly onRemove: (at: number) => void;
}) {
  if (values.length === 0) return <p className="patterns-empty">{empty}</p>;
  return (
    <ul className="patterns" aria-label={`${what}s of the statement`}>
      {values.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value can be there twice
        <li key={`${at} ${value}`}>
          <code className="break">{value === "" ? "(empty)" : value}</code>
          <Button
            variant="inline-icon"
            iconName="close"
            formAction="none"
            ariaLabel={`Remove ${what} ${value}`}
            onClick={() => onRemove(at)}
          />
        </li>
      ))}
    </ul>
  );
}

/** A field that adds what is typed, and is empty again. */
export function AddField({
  label,
  placeholder,
  constraint,
  problem,
  onAdd,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly constraint?: string | undefined;
  /** Why what is typed can't be added; undefined when it can. */
  readonly problem: (text: string) => string | undefined;
  readonly onAdd: (text: string) => void;
}) {
  const [text, setText] = useState("");
  const [isTried, setTried] = useState(false);
  const found = text.trim() === "" ? "Type something to add." : problem(text.trim());
  const add = () => {
    setTried(found !== undefined);
    if (found !== undefined) return;
    onAdd(text.trim());
    setText("");
  };
  return (
    <div className="add-field add-field-checked">
      <FormField
        label={label}
        stretch={true}
        constraintText={constraint}
        errorText={isTried && found}
      >
        <Input
          value={text}
          placeholder={placeholder}
          spellcheck={false}
          onChange={({ detail }) => setText(detail.value)}
          onKeyDown={(event) => {
            if (event.detail.key !== "Enter") return;
            // It would send the form around the editor.
            event.preventDefault();
            add();
          }}
        />
      </FormField>
      <Button formAction="none" ariaLabel={`Add: ${label}`} onClick={add}>
        Add
      </Button>
    </div>
  );
}
