import { type Apply, setExcept } from "../text/edit-document.ts";
import { Choice } from "./choice.tsx";

/** `Action` or `NotAction`, and so on. */
export function ExceptSelect({
  index,
  element,
  except,
  words: [only, but],
  onChange,
}: {
  readonly index: number;
  readonly element: "action" | "resource" | "principal";
  readonly except: boolean;
  readonly words: readonly [only: string, but: string];
  readonly onChange: Apply;
}) {
  return (
    <Choice
      label={`How the ${element}s apply`}
      isLabelHidden={true}
      options={[
        { value: "only", label: only },
        { value: "except", label: but },
      ]}
      value={except ? "except" : "only"}
      onChange={(value) => onChange(setExcept(index, element, value === "except"))}
    />
  );
}
