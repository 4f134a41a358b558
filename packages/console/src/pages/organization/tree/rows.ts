import type { CallFailure } from "../../../api/errors.ts";
import type { BranchCursor, TreeNode } from "../../../organization/node.ts";

/** The children of one node, as far as they are loaded. */
export interface Branch {
  readonly nodes: readonly TreeNode[];
  /** Undefined: there are no more. */
  readonly next: BranchCursor | undefined;
  readonly isLoading: boolean;
  readonly failure?: CallFailure | undefined;
}

/** One line of the tree. */
export type Row =
  | {
      readonly type: "node";
      /** The node's own id. */
      readonly key: string;
      readonly node: TreeNode;
      readonly parent: TreeNode | undefined;
      /** From 1. */
      readonly level: number;
      readonly position: number;
      /** -1: not known, because more children follow. */
      readonly setSize: number;
      /** Undefined: an account, which has no children. */
      readonly isExpanded: boolean | undefined;
    }
  | {
      /** Loads more children, or those that failed to load. */
      readonly type: "more";
      readonly key: string;
      readonly parent: TreeNode;
      readonly level: number;
      readonly branch: Branch;
    };

/** The lines of the tree from top to bottom. */
export function rowsOf(
  root: TreeNode,
  branches: ReadonlyMap<string, Branch>,
  expanded: ReadonlySet<string>,
): readonly Row[] {
  const rows: Row[] = [];
  const add = (
    node: TreeNode,
    parent: TreeNode | undefined,
    level: number,
    position: number,
    setSize: number,
  ) => {
    const isOpen = node.kind === "account" ? undefined : expanded.has(node.id);
    rows.push({
      type: "node",
      key: node.id,
      node,
      parent,
      level,
      position,
      setSize,
      isExpanded: isOpen,
    });
    const branch = branches.get(node.id);
    if (isOpen !== true || branch === undefined) return;
    const { nodes, next, isLoading, failure } = branch;
    const isWhole = next === undefined;
    for (const [at, child] of (isWhole ? byName(nodes) : nodes).entries())
      add(child, node, level + 1, at + 1, isWhole ? nodes.length : -1);
    if (isLoading || !isWhole || failure !== undefined)
      rows.push({ type: "more", key: `${node.id} more`, parent: node, level: level + 1, branch });
  };
  add(root, undefined, 1, 1, 1);
  return rows;
}

/**
 * Units first. Only of a branch that is loaded whole: sorted lines would move with each further
 * step.
 */
const byName = (nodes: readonly TreeNode[]): readonly TreeNode[] =>
  [...nodes].sort(
    (one, other) =>
      Number(one.kind === "account") - Number(other.kind === "account") ||
      one.name.localeCompare(other.name, "en"),
  );

/** What a key does in a tree (ARIA Authoring Practices, Tree View). */
export type KeyAction =
  | { readonly type: "focus"; readonly key: string }
  | { readonly type: "expand" | "collapse"; readonly id: string };

/** @param current the line that has the focus */
export function actionOfKey(
  pressed: string,
  rows: readonly Row[],
  current: string,
): KeyAction | undefined {
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === current),
  );
  const row = rows[at];
  const focus = (index: number): KeyAction | undefined => {
    const target = rows[Math.min(rows.length - 1, Math.max(0, index))];
    return target === undefined ? undefined : { type: "focus", key: target.key };
  };
  const isOpen = row?.type === "node" ? row.isExpanded : undefined;
  switch (pressed) {
    case "ArrowDown":
      return focus(at + 1);
    case "ArrowUp":
      return focus(at - 1);
    case "Home":
      return focus(0);
    case "End":
      return focus(rows.length - 1);
    case "ArrowRight":
      if (isOpen === false) return { type: "expand", id: current };
      return isOpen === true ? focus(at + 1) : undefined;
    case "ArrowLeft":
      if (isOpen === true) return { type: "collapse", id: current };
      return row?.parent === undefined ? undefined : { type: "focus", key: row.parent.id };
    default:
      return pressed.length === 1 ? typeAhead(pressed, rows, at) : undefined;
  }
}

/** The next line whose name begins with the character, from the current one on. */
function typeAhead(character: string, rows: readonly Row[], at: number): KeyAction | undefined {
  const wanted = character.toLowerCase();
  for (let step = 1; step <= rows.length; step++) {
    const row = rows[(at + step) % rows.length];
    if (row?.type === "node" && row.node.name.toLowerCase().startsWith(wanted))
      return { type: "focus", key: row.key };
  }
  return undefined;
}
