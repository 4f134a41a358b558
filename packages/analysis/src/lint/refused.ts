import type { CheckRule } from "./check.ts";
import type { LocatedNode } from "./document.ts";
import type { PathStep } from "./finding.ts";
import { parsedOf } from "./parsed.ts";

/**
 * What the engine refuses and no other check has named, so that no document passes here that it
 * refuses.
 */
export const REFUSED: CheckRule = {
  title: "Policy refused",
  type: "ERROR",
  page: "reference_policies_grammar",
  *find(document) {
    const { root, members, statements } = document;
    const parsed = parsedOf(document);
    if (parsed.ok) return;
    for (const { path, message } of parsed.issues) {
      const index =
        /^Statement\[(\d+)\]/.exec(path)?.[1] ?? (path.startsWith("Statement") ? "0" : undefined);
      const statement =
        index === undefined
          ? undefined
          : statements.find(({ path: own }) => indexOf(own) === Number(index));
      const element = /^Statement(?:\[\d+\])?\.(\w+)/.exec(path)?.[1];
      const member = element === undefined ? members.get(path) : statement?.members.get(element);
      const own = statement?.path ?? [];
      const at: LocatedNode =
        member === undefined
          ? { node: statement?.node ?? root, path: own }
          : { node: member.value, path: [...own, { key: member.key.value }] };
      yield { at, details: message };
    }
  },
};

function indexOf(path: readonly PathStep[]): number {
  const step = path[1];
  return step !== undefined && "index" in step ? step.index : 0;
}
