import { MoveAccountCommand } from "@aws-sdk/client-organizations";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { loadLevels } from "../../../organization/levels.ts";
import { ancestorsOf, type TreeNode } from "../../../organization/node.ts";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import type { Carried } from "../tree/organization-tree.tsx";

/** Moves an account to another parent; shows first which policies limit it there. */
export function MoveDialog({
  carried: { node, from },
  target,
  onDone,
  onClose,
}: {
  readonly carried: Carried;
  readonly target: TreeNode;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [movedTo, setMovedTo] = useState<string>();
  const query = useQuery(
    async (abortSignal) => {
      const [before, after] = await Promise.all([
        loadLevels(from.id, { abortSignal }),
        loadLevels(target.id, { abortSignal }),
      ]);
      const old = before.map(({ node: { id } }) => id);
      const next = after.map(({ node: { id } }) => id);
      return {
        left: before.filter(({ node: { id } }) => !next.includes(id)),
        entered: after.filter(({ node: { id } }) => !old.includes(id)),
      };
    },
    [from.id, target.id],
  );
  return (
    <WriteDialog
      title={`Move ${node.name} to ${target.name}?`}
      confirm="Move account"
      writes={[
        {
          label: `Move account ${node.id}`,
          command: new MoveAccountCommand({
            AccountId: node.id,
            SourceParentId: from.id,
            DestinationParentId: target.id,
          }),
        },
      ]}
      check={async () => {
        const parent = (await ancestorsOf(node.id)).at(-1);
        if (parent === from.id) return true;
        setMovedTo(parent);
        return false;
      }}
      done={`Moved ${node.name} to ${target.name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {movedTo !== undefined && (
        <Alert type="warning" header="Somebody else moved it meanwhile">
          It is in {movedTo} now. Nothing is written. Reload the tree and begin again.
        </Alert>
      )}
      <Box variant="p">
        From <bdi className="break">{from.name}</bdi> to <bdi className="break">{target.name}</bdi>.
        The change holds from its next request on.
      </Box>
      <QueryContent query={query} what="What limits it">
        {({ left, entered }) => (
          <>
            <LevelList title="No longer limited by" levels={left} />
            <LevelList title="Limited from then on by" levels={entered} />
          </>
        )}
      </QueryContent>
    </WriteDialog>
  );
}

function LevelList({
  title,
  levels,
}: {
  readonly title: string;
  readonly levels: Awaited<ReturnType<typeof loadLevels>>;
}) {
  if (levels.length === 0) return null;
  return (
    <>
      <Box variant="h3">{title}</Box>
      <ul className="plain-list">
        {levels.map(({ node, policies }) => (
          <li key={node.id} className="break">
            <bdi>{node.name}</bdi>:{" "}
            {policies.map(({ Name }) => Name).join(", ") || "no service control policies"}
          </li>
        ))}
      </ul>
    </>
  );
}
