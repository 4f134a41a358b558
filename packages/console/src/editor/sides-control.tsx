import { useId } from "react";
import { keepSides, SIDES, type Sides } from "./editor-sides.ts";

/** Chooses how a document is shown. */
export function SidesControl({
  label,
  sides,
  onChange,
}: {
  readonly label: string;
  readonly sides: Sides;
  readonly onChange: (sides: Sides) => void;
}) {
  const name = useId();
  return (
    <fieldset className="sides" aria-label={label}>
      {SIDES.map(({ id, text }) => (
        <label key={id}>
          <input
            type="radio"
            name={name}
            checked={id === sides}
            onChange={() => onChange(keepSides(id))}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
