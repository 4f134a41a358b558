import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { describeFailure } from "../../../api/errors.ts";
import { ancestorsOf, type TreeNode } from "../../../organization/node.ts";
import { useNotify } from "../../../ui/notifications.tsx";
import { NodePanel } from "../node/node-panel.tsx";
import { type Carried, OrganizationTree } from "../tree/organization-tree.tsx";
import { useTree } from "../tree/use-tree.ts";
import { CreateAccountDialog } from "./create-account-dialog.tsx";
import { MoveDialog } from "./move-dialog.tsx";

/** Root, units or account: `?at=<id>`. */
export function TreeTab({
  rootId,
  managementAccountId,
}: {
  readonly rootId: string;
  readonly managementAccountId: string;
}) {
  const root = useMemo((): TreeNode => ({ kind: "root", id: rootId, name: "Root" }), [rootId]);
  const tree = useTree(root);
  const notify = useNotify();
  const [params, setParams] = useSearchParams();
  const selected = params.get("at") ?? rootId;
  const [carried, setCarried] = useState<Carried>();
  const [move, setMove] = useState<{ readonly carried: Carried; readonly target: TreeNode }>();
  const [isCreating, setCreating] = useState(false);
  const select = (id: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set("at", id);
        return next;
      },
      { replace: true },
    );
  const { reveal, reload } = tree;
  const isShown = tree.rows.some(({ key }) => key === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for an address, not for each step of the tree
  useEffect(() => {
    if (isShown) return;
    // The details tell it in full.
    reveal(selected).catch((error: unknown) => {
      const { message } = describeFailure(error);
      notify({ id: "reveal", type: "warning", content: `The tree can't show it: ${message}` });
    });
  }, [selected]);

  const reloadAbove = async (id: string) => {
    const above = await ancestorsOf(id);
    reload(above.at(-1) ?? rootId, id);
  };
  const row = tree.rows.find(({ key }) => key === selected);
  const beginMove = () => {
    if (row?.type === "node" && row.parent !== undefined)
      setCarried({ node: row.node, from: row.parent });
  };
  return (
    <div className="organization">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Reload the tree"
                  onClick={() =>
                    reload(
                      ...tree.rows.flatMap((one) =>
                        one.type === "node" && one.isExpanded === true ? one.key : [],
                      ),
                    )
                  }
                />
                <Button variant="primary" onClick={() => setCreating(true)}>
                  Create account
                </Button>
              </SpaceBetween>
            }
          >
            Accounts
          </Header>
        }
      >
        <OrganizationTree
          tree={tree}
          selected={selected}
          carried={carried}
          onSelect={select}
          onCarry={setCarried}
          onDrop={(target) => {
            if (carried !== undefined) setMove({ carried, target });
            setCarried(undefined);
          }}
        />
      </Container>
      <NodePanel
        key={selected}
        id={selected}
        managementAccountId={managementAccountId}
        events={{
          onChanged: () => void reloadAbove(selected),
          onDeleted: () => {
            const parent = row?.parent?.id ?? rootId;
            select(parent);
            reload(parent);
          },
          onMove: beginMove,
        }}
      />
      {move !== undefined && (
        <MoveDialog
          {...move}
          onDone={() => {
            tree.expand(move.target.id);
            reload(move.carried.from.id, move.target.id);
            select(move.carried.node.id);
          }}
          onClose={() => setMove(undefined)}
        />
      )}
      {isCreating && (
        <CreateAccountDialog onDone={() => reload(rootId)} onClose={() => setCreating(false)} />
      )}
    </div>
  );
}
