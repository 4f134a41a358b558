import { type CheckRule, ofStatements } from "./check.ts";
import { memberAt, textOf } from "./document.ts";
import { useInstead } from "./fix.ts";

/** Checks of statement ids. */
export const SID_CHECKS: readonly CheckRule[] = [
  {
    title: "Unsupported Sid",
    type: "ERROR",
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Sid")?.value;
      const sid = textOf(value);
      if (value === undefined || sid === undefined || /^[A-Za-z0-9]*$/.test(sid)) return;
      const allowed = sid.replace(/[^A-Za-z0-9]/g, "");
      yield {
        at: memberAt(path, "Sid", value),
        details:
          "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]",
        fixes: useInstead(value, allowed === "" ? undefined : allowed),
      };
    }),
  },
  {
    title: "Unique Sids required",
    type: "ERROR",
    *find({ statements }) {
      const known = new Set<string>();
      for (const { members, path } of statements) {
        const value = members.get("Sid")?.value;
        const sid = textOf(value);
        if (value === undefined || sid === undefined || sid === "") continue;
        if (known.has(sid)) {
          yield {
            at: memberAt(path, "Sid", value),
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
    find: ofStatements(function* ({ members, path }) {
      const value = members.get("Sid")?.value;
      if (value === undefined || textOf(value) !== "") return;
      yield {
        at: memberAt(path, "Sid", value),
        details: "Add a value to the empty string in the Sid element.",
      };
    }),
  },
];
