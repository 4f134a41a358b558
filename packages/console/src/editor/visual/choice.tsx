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
  const id = useId();
  const isChosen = options.some((option) => option.value === value);
  return (
    <div className="choice">
      <label htmlFor={id} className={isLabelHidden ? "hidden-label" : "choice-label"}>
        {label}
      </label>
      <select
        id={id}
        value={isChosen ? value : ""}
        onChange={({ target }) => onChange(target.value)}
      >
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
    </div>
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
  const [id, list] = [useId(), useId()];
  return (
    <div className="choice">
      <label htmlFor={id} className="choice-label">
        {label}
      </label>
      <input
        id={id}
        list={list}
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
      <datalist id={list}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </div>
  );
}
