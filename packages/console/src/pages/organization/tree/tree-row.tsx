import Icon, { type IconProps } from "@cloudscape-design/components/icon";
import type { NodeKind } from "../../../organization/node.ts";
import type { Row } from "./rows.ts";

const ICONS: Readonly<Record<NodeKind, IconProps.Name>> = {
  root: "folder-open",
  unit: "folder",
  account: "user-profile",
};

/** One line of the tree. */
export function TreeRow({
  row,
  isSelected,
  isCarried,
  isTarget,
  isStop,
  onFocus,
  onClick,
  onToggle,
  onDragStart,
  onDragOver,
  onDragEnd,
  onDrop,
}: {
  readonly row: Row;
  readonly isSelected: boolean;
  readonly isCarried: boolean;
  /** Whether an account that is dragged can be put down here. */
  readonly isTarget: boolean;
  /** Whether Tab reaches this line. */
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onClick: () => void;
  readonly onToggle: () => void;
  readonly onDragStart: () => void;
  /** Answers whether the line takes the account. */
  readonly onDragOver: () => boolean;
  readonly onDragEnd: () => void;
  readonly onDrop: () => void;
}) {
  const names = ["tree-row"];
  if (isSelected) names.push("tree-row-selected");
  if (isCarried) names.push("tree-row-carried");
  if (isTarget) names.push("tree-row-target");
  const isNode = row.type === "node";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys of all its lines
    <div
      className={names.join(" ")}
      role="treeitem"
      tabIndex={isStop ? 0 : -1}
      data-key={row.key}
      aria-level={row.level}
      aria-selected={isSelected}
      aria-expanded={isNode ? row.isExpanded : undefined}
      aria-posinset={isNode ? row.position : undefined}
      aria-setsize={isNode ? row.setSize : undefined}
      style={{ paddingInlineStart: `${(row.level - 1) * 20 + 4}px` }}
      draggable={isNode && row.node.kind === "account"}
      onFocus={onFocus}
      onClick={onClick}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.key);
        onDragStart();
      }}
      onDragOver={(event) => {
        if (onDragOver()) event.preventDefault();
      }}
      onDragEnd={onDragEnd}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
    >
      {isNode ? (
        <>
          {row.isExpanded === undefined ? (
            <span className="tree-toggle" />
          ) : (
            <span
              className="tree-toggle"
              aria-hidden="true"
              onClick={(event) => {
                event.stopPropagation();
                onToggle();
              }}
            >
              <Icon name={row.isExpanded ? "angle-down" : "angle-right"} />
            </span>
          )}
          <Icon name={ICONS[row.node.kind]} />
          <bdi className="tree-name">{row.node.name}</bdi>
          {row.node.kind === "account" && <span className="tree-id">{row.node.id}</span>}
          {row.node.state !== undefined && row.node.state !== "ACTIVE" && (
            <span className="tree-state">{stateWord(row.node.state)}</span>
          )}
        </>
      ) : (
        <MoreText row={row} />
      )}
    </div>
  );
}

const stateWord = (state: string): string =>
  state.charAt(0) + state.slice(1).toLowerCase().replaceAll("_", " ");

function MoreText({ row }: { readonly row: Extract<Row, { type: "more" }> }) {
  const { isLoading, failure, nodes } = row.branch;
  const name = row.parent.name;
  if (isLoading) return <span className="tree-more">Loading what is in {name}</span>;
  if (failure !== undefined)
    return (
      <span className="tree-more tree-failure">
        {failure.kind === "denied" && failure.action !== undefined
          ? `You don't have permission: ${failure.action}`
          : failure.message}{" "}
        Press Enter to try again.
      </span>
    );
  return (
    <span className="tree-more">
      Show more of {name} ({nodes.length.toLocaleString("en")} shown)
    </span>
  );
}
