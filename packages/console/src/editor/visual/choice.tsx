import { useId } from "react";

export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
  readonly isDisabled?: boolean;
}

/**
 * One of some options. It is the browser's own field: Cloudscape's would be 15 KB more to load for
 * the editor.
 */
export function Choice({
  label,
  isLabelHidden = false,
  options,
  value,
  placeholder,
  onChange,
}: {
  readonly label: string;
  /** For screen readers only, where what stands around says it. */
  readonly isLabelHidden?: boolean;
  readonly options: readonly ChoiceOption[];
  /** None of the options: nothing is chosen. */
  readonly value: string;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}) {
  const isChosen = options.some((option) => option.value === value);
  return (
    <label className="choice">
      <span className={isLabelHidden ? "hidden-label" : "choice-label"}>{label}</span>
      <select value={isChosen ? value : ""} onChange={({ target }) => onChange(target.value)}>
        {!isChosen && (
          <option value="" disabled={true}>
            {placeholder ?? "Choose"}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.isDisabled}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A text that may be one of some suggestions. */
export function SuggestedInput({
  label,
  value,
  placeholder,
  suggestions,
  onChange,
  onEnter,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly suggestions: readonly string[];
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}) {
  const id = useId();
  return (
    <label className="choice">
      <span className="choice-label">{label}</span>
      <input
        list={id}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          // It would send the form around the editor.
          event.preventDefault();
          onEnter();
        }}
      />
      <datalist id={id}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </label>
  );
}
