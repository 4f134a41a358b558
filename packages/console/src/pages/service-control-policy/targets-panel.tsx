import type { PolicyTargetSummary } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { organizationPath } from "../../app/paths.ts";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { useListing } from "../../list/use-listing.ts";
import { RouterLink } from "../../ui/router-link.tsx";
import { DetachPolicyDialog } from "../organization/policies/attachment-dialogs.tsx";
import { AttachToDialog } from "./policy-dialogs.tsx";
import { loadTargets, TARGET_TYPES } from "./targets.ts";

const idOf = ({ TargetId = "" }: PolicyTargetSummary): string => TargetId;

/** Where the policy is attached: all below those targets inherit it. */
export function TargetsPanel({ id, name }: { readonly id: string; readonly name: string }) {
  const [selected, setSelected] = useState<readonly PolicyTargetSummary[]>([]);
  const [dialog, setDialog] = useState<"attach" | "detach">();
  const listing = useListing<PolicyTargetSummary>(
    (marker, abortSignal) => loadTargets(id, marker, { abortSignal }),
    [id],
  );
  const [target] = selected;
  const reload = async () => {
    setSelected([]);
    await listing.reload();
  };
  const close = () => setDialog(undefined);
  return (
    <>
      <PagedTable
        title="Targets"
        what="targets"
        description="The policy limits these, and all accounts below them."
        listing={listing}
        columns={COLUMNS}
        defaultSort="name"
        idOf={idOf}
        textOf={({ Name, TargetId }) => `${Name} ${TargetId}`}
        selectionType="single"
        selected={selected}
        onSelect={setSelected}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={target === undefined} onClick={() => setDialog("detach")}>
              Detach
            </Button>
            <Button onClick={() => setDialog("attach")}>Attach</Button>
          </SpaceBetween>
        }
        empty="It is attached to nothing, so it limits nobody."
      />
      {dialog === "attach" && (
        <AttachToDialog id={id} name={name} onDone={reload} onClose={close} />
      )}
      {dialog === "detach" && target !== undefined && (
        <DetachPolicyDialog
          policy={{ id, name }}
          target={{ id: idOf(target), name: target.Name ?? "" }}
          onDone={reload}
          onClose={close}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<PolicyTargetSummary>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ Name = "" }) => Name.toLowerCase(),
    cell: ({ TargetId = "", Name }) => (
      <RouterLink to={organizationPath(TargetId)}>
        <bdi className="break">{Name}</bdi>
      </RouterLink>
    ),
  },
  {
    id: "type",
    header: "Type",
    minWidth: 80,
    sortBy: ({ Type = "" }) => Type,
    cell: ({ Type = "" }) => TARGET_TYPES[Type] ?? Type,
  },
  {
    id: "id",
    header: "ID",
    minWidth: 140,
    sortBy: idOf,
    cell: ({ TargetId }) => <span className="break">{TargetId}</span>,
  },
];
