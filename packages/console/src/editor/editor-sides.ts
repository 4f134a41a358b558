/** Which views of a document the editor shows. */
export type Sides = "visual" | "json" | "both";

/** For the control that chooses between them. */
export const SIDES: readonly { readonly id: Sides; readonly text: string }[] = [
  { id: "visual", text: "Visual" },
  { id: "json", text: "JSON" },
  { id: "both", text: "Both" },
];

const KEY = "portcullis.editor";

/** Where two views side by side are too narrow to work in. */
const WIDE = "(min-width: 1200px)";

/** What was chosen last on this device; at first both where there is room for both. */
export function chosenSides(): Sides {
  const kept = localStorage.getItem(KEY);
  if (isSides(kept)) return kept;
  return matchMedia(WIDE).matches ? "both" : "visual";
}

/** Remembers a choice, and gives it back. */
export function keepSides(sides: Sides): Sides {
  localStorage.setItem(KEY, sides);
  return sides;
}

const isSides = (text: string | null): text is Sides => SIDES.some(({ id }) => id === text);
