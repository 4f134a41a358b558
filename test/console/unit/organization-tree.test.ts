import { describe, expect, it } from "vitest";
import type { TreeNode } from "../../../packages/console/src/organization/node.ts";
import {
  actionOfKey,
  type Branch,
  rowsOf,
} from "../../../packages/console/src/pages/organization/tree/rows.ts";

const root: TreeNode = { kind: "root", id: "r-1", name: "Root" };
const unit = (id: string, name: string): TreeNode => ({ kind: "unit", id, name });
const account = (id: string, name: string): TreeNode => ({ kind: "account", id, name });
const whole = (...nodes: readonly TreeNode[]): Branch => ({
  nodes,
  next: undefined,
  isLoading: false,
});

const branches = new Map<string, Branch>([
  ["r-1", whole(account("2", "zeta"), unit("ou-1", "Team"), account("1", "alpha"))],
  [
    "ou-1",
    {
      nodes: [account("9", "b"), account("8", "a")],
      next: { list: "accounts", token: "t" },
      isLoading: false,
    },
  ],
]);
const rows = rowsOf(root, branches, new Set(["r-1", "ou-1"]));
const keysOf = (list: typeof rows) => list.map(({ key }) => key);

describe("the lines of the organization's tree", () => {
  it("have units first and names in order where a branch is whole, else the server's order", () => {
    expect(keysOf(rows)).toEqual(["r-1", "ou-1", "9", "8", "ou-1 more", "1", "2"]);
    expect(rows.map(({ level }) => level)).toEqual([1, 2, 3, 3, 3, 2, 2]);
  });

  it("tell their place and how many there are, where that is known", () => {
    const places = rows.map((row) => row.type === "node" && [row.position, row.setSize]);
    expect(places).toEqual([[1, 1], [1, 3], [1, -1], [2, -1], false, [2, 3], [3, 3]]);
  });

  it("hide what is in a closed unit", () => {
    expect(keysOf(rowsOf(root, branches, new Set(["r-1"])))).toEqual(["r-1", "ou-1", "1", "2"]);
    expect(keysOf(rowsOf(root, branches, new Set()))).toEqual(["r-1"]);
  });
});

describe("the keys of a tree", () => {
  const focus = (key: string) => ({ type: "focus", key });
  it.each([
    ["ArrowDown", "r-1", focus("ou-1")],
    ["ArrowUp", "r-1", focus("r-1")],
    ["Home", "2", focus("r-1")],
    ["End", "r-1", focus("2")],
    ["ArrowRight", "ou-1", focus("9")],
    ["ArrowLeft", "ou-1", { type: "collapse", id: "ou-1" }],
    ["ArrowLeft", "9", focus("ou-1")],
    ["ArrowLeft", "ou-1 more", focus("ou-1")],
    ["ArrowRight", "9", undefined],
    ["a", "r-1", focus("8")],
    ["a", "8", focus("1")],
    ["A", "1", focus("8")],
    ["x", "r-1", undefined],
    ["Tab", "r-1", undefined],
  ])("%s on %s", (pressed, current, action) => {
    expect(actionOfKey(pressed, rows, current)).toEqual(action);
  });

  it("open a closed unit first", () => {
    const closed = rowsOf(root, branches, new Set(["r-1"]));
    expect(actionOfKey("ArrowRight", closed, "ou-1")).toEqual({ type: "expand", id: "ou-1" });
  });

  it("begin with the first line when the focused one is gone", () => {
    expect(actionOfKey("ArrowDown", rows, "gone")).toEqual(focus("ou-1"));
  });
});
