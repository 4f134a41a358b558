import { type CheckRule, ofStatements } from "./check.ts";
import { textOf } from "./document.ts";
import { correctable } from "./fix.ts";

/** Checks of statement ids. */
export const SID_CHECKS: readonly CheckRule[] = [
  {
    title: "Unsupported Sid",
    type: "ERROR",
    find: ofStatements(({ elements }) => {
      const at = elements.get("Sid");
      const sid = textOf(at);
      const allowed = sid?.replace(/[^A-Za-z0-9]/g, "");
      if (at === undefined || allowed === sid) return undefined;
      const details =
        "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]";
      return correctable(at, details, allowed === "" ? undefined : allowed);
    }),
  },
  {
    title: "Unique Sids required",
    type: "ERROR",
    *find({ statements }) {
      const known = new Set<string>();
      for (const { elements } of statements) {
        const at = elements.get("Sid");
        const sid = textOf(at);
        if (at === undefined || sid === undefined || sid === "") continue;
        if (known.has(sid)) {
          yield {
            at,
            details:
              "Duplicate statement IDs are not supported for this policy type. Update the Sid value.",
          };
        }
        known.add(sid);
      }
    },
  },
  {
    title: "Empty Sid value",
    type: "SUGGESTION",
    find: ofStatements(({ elements }) => {
      const at = elements.get("Sid");
      return at !== undefined && textOf(at) === ""
        ? { at, details: "Add a value to the empty string in the Sid element." }
        : undefined;
    }),
  },
];
