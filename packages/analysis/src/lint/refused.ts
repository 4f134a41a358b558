import type { CheckRule } from "./check.ts";

/**
 * What the engine refuses and no other check has named, so that no document passes here that it
 * refuses.
 */
export const REFUSED: CheckRule = {
  title: "Policy refused",
  type: "ERROR",
  page: "reference_policies_grammar",
  *find({ root, elements, statements, parsed }) {
    if (parsed.ok) return;
    for (const { path, message } of parsed.issues) {
      const [inStatement, index = "0", name = ""] =
        /^Statement(?:\[(\d+)\])?(?:\.(\w+))?/.exec(path) ?? [];
      // Another check names an item that is no object: the statements have the document's indexes.
      const statement = inStatement === undefined ? undefined : statements[Number(index)];
      const element = statement === undefined ? elements.get(path) : statement.elements.get(name);
      yield { at: element ?? statement ?? root, details: message };
    }
  },
};
