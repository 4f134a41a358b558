import { DescribeOrganizationalUnitCommand, ListRootsCommand } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { kindOfId, type TreeNode } from "../../../organization/node.ts";
import { Copyable } from "../../../ui/copyable.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import type { NodeEvents } from "./node-events.ts";
import { CreateUnitDialog, DeleteUnitDialog, RenameUnitDialog } from "./unit-dialogs.tsx";

interface Unit extends TreeNode {
  readonly arn: string;
  readonly path: string;
}

async function loadUnit(id: string, abortSignal: AbortSignal): Promise<Unit> {
  if (kindOfId(id) === "root") {
    const { Roots = [] } = await organizations(new ListRootsCommand({}), { abortSignal });
    const root = Roots.find(({ Id }) => Id === id);
    return { kind: "root", id, name: root?.Name ?? "Root", arn: root?.Arn ?? "", path: "" };
  }
  const { OrganizationalUnit } = await organizations(
    new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: id }),
    { abortSignal },
  );
  const { Name = "", Arn = "", Path = "" } = OrganizationalUnit ?? {};
  return { kind: "unit", id, name: Name, arn: Arn, path: Path };
}

/** The root or an organizational unit. */
export function UnitPanel({
  id,
  events: { onChanged, onDeleted },
}: {
  readonly id: string;
  readonly events: NodeEvents;
}) {
  const [dialog, setDialog] = useState<"create" | "rename" | "delete">();
  const query = useQuery((abortSignal) => loadUnit(id, abortSignal), [id]);
  const unit = query.data;
  const close = () => setDialog(undefined);
  const isRoot = kindOfId(id) === "root";
  return (
    <>
      <Panel
        title={isRoot ? "Root" : "Organizational unit"}
        query={query}
        actions={
          unit && (
            <SpaceBetween direction="horizontal" size="xs">
              {!isRoot && (
                <>
                  <Button onClick={() => setDialog("rename")}>Rename</Button>
                  <Button onClick={() => setDialog("delete")}>Delete</Button>
                </>
              )}
              <Button onClick={() => setDialog("create")}>Create unit</Button>
            </SpaceBetween>
          )
        }
      >
        {({ name, arn, path }) => (
          <KeyValuePairs
            columns={2}
            minColumnWidth={220}
            items={[
              { label: "Name", value: <bdi className="break">{name}</bdi> },
              { label: "ID", value: <Copyable text={id} what="ID" /> },
              { label: "ARN", value: <Copyable text={arn} what="ARN" /> },
              ...(path === ""
                ? []
                : [{ label: "Path", value: <span className="break">{path}</span> }]),
            ]}
          />
        )}
      </Panel>
      {dialog === "create" && unit !== undefined && (
        <CreateUnitDialog parent={unit} onDone={onChanged} onClose={close} />
      )}
      {dialog === "rename" && unit !== undefined && (
        <RenameUnitDialog
          unit={unit}
          onDone={() => {
            query.reload();
            onChanged();
          }}
          onClose={close}
        />
      )}
      {dialog === "delete" && unit !== undefined && (
        <DeleteUnitDialog unit={unit} onDone={onDeleted} onClose={close} />
      )}
    </>
  );
}
