import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { describeFailure } from "../../../api/errors.ts";
import {
  ancestorsOf,
  FIRST_STEP,
  loadChildren,
  nodeOf,
  type TreeNode,
} from "../../../organization/node.ts";
import { type Branch, type Row, rowsOf } from "./rows.ts";

export interface Tree {
  readonly rows: readonly Row[];
  readonly expand: (id: string) => void;
  readonly collapse: (id: string) => void;
  /** Loads the next children of a branch, or again what failed. */
  readonly loadMore: (id: string) => void;
  /** Loads branches again whose children have changed. */
  readonly reload: (...ids: readonly string[]) => void;
  /** Opens the branches above a node, so that it shows. */
  readonly reveal: (id: string) => Promise<void>;
}

/** The organization's tree: a branch loads when it is first opened, 100 children at a time. */
export function useTree(root: TreeNode): Tree {
  const [branches, setBranches] = useState<ReadonlyMap<string, Branch>>(new Map());
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef(branches);
  const controller = useRef<AbortController>(undefined);

  const put = useCallback((id: string, branch: Branch) => {
    latest.current = new Map(latest.current).set(id, branch);
    setBranches(latest.current);
  }, []);
  const step = useCallback(
    async (id: string, before: Branch) => {
      const signal = controller.current?.signal;
      if (signal === undefined || signal.aborted) return;
      put(id, { ...before, isLoading: true, failure: undefined });
      try {
        const { nodes, next } = await loadChildren(id, before.next ?? FIRST_STEP, signal);
        if (signal.aborted) return;
        // One that was revealed may come again with a later step.
        const known = new Set(before.nodes.map(({ id: one }) => one));
        const added = nodes.filter(({ id: one }) => !known.has(one));
        put(id, { nodes: [...before.nodes, ...added], next, isLoading: false });
      } catch (error) {
        if (!signal.aborted)
          put(id, { ...before, isLoading: false, failure: describeFailure(error) });
      }
    },
    [put],
  );
  const begin = useCallback(
    (id: string) => step(id, { nodes: [], next: FIRST_STEP, isLoading: true }),
    [step],
  );
  const expand = useCallback(
    (id: string) => {
      setExpanded((before) => new Set(before).add(id));
      if (!latest.current.has(id)) begin(id);
    },
    [begin],
  );
  const collapse = useCallback(
    (id: string) => setExpanded((before) => new Set([...before].filter((one) => one !== id))),
    [],
  );
  const loadMore = useCallback(
    (id: string) => {
      const branch = latest.current.get(id);
      if (branch !== undefined && !branch.isLoading) step(id, branch);
    },
    [step],
  );
  const reload = useCallback(
    (...ids: readonly string[]) => {
      for (const id of ids) if (latest.current.has(id)) begin(id);
    },
    [begin],
  );
  const reveal = useCallback(
    async (id: string) => {
      const signal = controller.current?.signal;
      if (signal === undefined || id === root.id) return;
      const options = { abortSignal: signal };
      const [above, node] = await Promise.all([ancestorsOf(id, options), nodeOf(id, options)]);
      if (signal.aborted) return;
      setExpanded((before) => new Set([...before, ...above]));
      await Promise.all(above.map((one) => latest.current.has(one) || begin(one)));
      const parent = above.at(-1) ?? root.id;
      const branch = latest.current.get(parent);
      if (signal.aborted || branch === undefined) return;
      // It may be one of thousands, far behind those that are loaded.
      if (!branch.nodes.some(({ id: one }) => one === id))
        put(parent, { ...branch, nodes: [node, ...branch.nodes] });
    },
    [root.id, begin, put],
  );

  useEffect(() => {
    controller.current = new AbortController();
    latest.current = new Map();
    expand(root.id);
    return () => controller.current?.abort();
  }, [root.id, expand]);

  const rows = useMemo(() => rowsOf(root, branches, expanded), [root, branches, expanded]);
  return { rows, expand, collapse, loadMore, reload, reveal };
}
