import LiveRegion from "@cloudscape-design/components/live-region";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { TreeNode } from "../../../organization/node.ts";
import { actionOfKey, type Row } from "./rows.ts";
import "../organization.css";
import { TreeRow } from "./tree-row.tsx";
import type { Tree } from "./use-tree.ts";

/** An account on its way to another parent. */
export interface Carried {
  readonly node: TreeNode;
  readonly from: TreeNode;
}

/** How long an account must be held above a closed unit until the unit opens. */
const OPEN_MILLISECONDS = 700;

/**
 * The organization as a tree (ARIA Authoring Practices, Tree View). An account moves by drag and
 * drop, or by keyboard: M takes it up, Enter on a unit puts it down, Escape leaves it where it was.
 */
export function OrganizationTree({
  tree,
  selected,
  carried,
  onSelect,
  onCarry,
  onDrop,
}: {
  readonly tree: Tree;
  readonly selected: string;
  readonly carried: Carried | undefined;
  readonly onSelect: (id: string) => void;
  readonly onCarry: (carried: Carried | undefined) => void;
  readonly onDrop: (target: TreeNode) => void;
}) {
  const { rows } = tree;
  const [focused, setFocused] = useState(selected);
  const [over, setOver] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined);
  const helpId = useId();
  // The line that Tab reaches: the focused one, or the first when that one is gone.
  const stop = rows.some(({ key }) => key === focused) ? focused : rows[0]?.key;

  const focusOn = (key: string) => {
    setFocused(key);
    lineOf(list.current, key)?.focus();
  };
  useEffect(() => {
    // The button "Move" of the details begins with the tree.
    if (carried !== undefined) lineOf(list.current, carried.node.id)?.focus();
  }, [carried]);
  useEffect(() => () => clearTimeout(opening.current), []);

  const canDrop = (row: Row | undefined): row is Extract<Row, { type: "node" }> =>
    row?.type === "node" &&
    row.node.kind !== "account" &&
    carried !== undefined &&
    row.node.id !== carried.from.id;
  const activate = (row: Row) => {
    if (row.type === "more") tree.loadMore(row.parent.id);
    else if (carried === undefined) onSelect(row.node.id);
    else if (canDrop(row)) onDrop(row.node);
  };
  const carry = (row: Row) => {
    if (row.type === "node" && row.node.kind === "account" && row.parent !== undefined)
      onCarry({ node: row.node, from: row.parent });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows.find(({ key }) => key === stop);
    if (row === undefined) return;
    if (event.key === "Enter" || event.key === " ") activate(row);
    else if (event.key === "Escape" && carried !== undefined) onCarry(undefined);
    else if (event.key === "m" && carried === undefined && isAccount(row)) carry(row);
    else {
      const action = actionOfKey(event.key, rows, row.key);
      if (action === undefined) return;
      if (action.type === "focus") focusOn(action.key);
      else tree[action.type](action.id);
    }
    event.preventDefault();
  };
  const onDragOver = (row: Row): boolean => {
    if (row.key !== over) {
      setOver(row.key);
      clearTimeout(opening.current);
      if (row.type === "node" && row.isExpanded === false)
        opening.current = setTimeout(() => tree.expand(row.node.id), OPEN_MILLISECONDS);
    }
    return canDrop(row);
  };
  const endDrag = () => {
    clearTimeout(opening.current);
    setOver(undefined);
  };
  return (
    <div className="organization-tree">
      <div
        ref={list}
        role="tree"
        tabIndex={-1}
        aria-label="Organization"
        aria-describedby={helpId}
        onKeyDown={onKeyDown}
      >
        {rows.map((row) => (
          <TreeRow
            key={row.key}
            row={row}
            isSelected={row.key === selected}
            isCarried={row.key === carried?.node.id}
            isTarget={row.key === over && canDrop(row)}
            isStop={row.key === stop}
            onFocus={() => setFocused(row.key)}
            onClick={() => activate(row)}
            onToggle={() =>
              row.type === "node" &&
              (row.isExpanded === true ? tree.collapse(row.node.id) : tree.expand(row.node.id))
            }
            onDragStart={() => carry(row)}
            onDragOver={() => onDragOver(row)}
            onDragEnd={() => {
              endDrag();
              onCarry(undefined);
            }}
            onDrop={() => {
              endDrag();
              activate(row);
            }}
          />
        ))}
      </div>
      <p id={helpId} className="organization-tree-help">
        Drag an account to its new place, or press M on it, go to a unit with the arrow keys, and
        press Enter. Escape leaves it where it is.
      </p>
      <LiveRegion hidden={true}>
        {carried !== undefined &&
          `Moving ${carried.node.name}. Go to a unit or the root and press Enter, or press Escape.`}
      </LiveRegion>
    </div>
  );
}

const isAccount = (row: Row): boolean => row.type === "node" && row.node.kind === "account";

/** An id may be anything that an address says, so it is no part of a selector. */
function lineOf(list: HTMLElement | null, key: string): HTMLElement | undefined {
  for (const line of list?.children ?? [])
    if (line instanceof HTMLElement && line.dataset.key === key) return line;
  return undefined;
}
