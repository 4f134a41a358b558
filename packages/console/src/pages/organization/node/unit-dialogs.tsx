import {
  CreateOrganizationalUnitCommand,
  DeleteOrganizationalUnitCommand,
  DescribeOrganizationalUnitCommand,
  UpdateOrganizationalUnitCommand,
} from "@aws-sdk/client-organizations";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { nameProblem } from "../../../organization/name-problem.ts";
import type { TreeNode } from "../../../organization/node.ts";
import { Conflict } from "../../../writes/conflict.tsx";
import { DeleteDialog } from "../../../writes/delete-dialog.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

interface DialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function CreateUnitDialog({
  parent,
  onDone,
  onClose,
}: { readonly parent: TreeNode } & DialogProps) {
  const [name, setName] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  return (
    <WriteDialog
      title={`Create a unit in ${parent.name}`}
      confirm="Create unit"
      writes={[
        {
          label: `Create unit ${name}`,
          command: new CreateOrganizationalUnitCommand({ ParentId: parent.id, Name: name }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return nameProblem(name);
      }}
      done={`Created unit ${name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="Unit name" errorText={isSubmitted && nameProblem(name)}>
        <Input value={name} autoFocus={true} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </WriteDialog>
  );
}

/** Renames a unit, unless somebody else renamed it meanwhile. */
export function RenameUnitDialog({
  unit,
  onDone,
  onClose,
}: { readonly unit: TreeNode } & DialogProps) {
  const [before, setBefore] = useState(unit.name);
  const [name, setName] = useState(unit.name);
  const [theirs, setTheirs] = useState<string>();
  const [isSubmitted, setSubmitted] = useState(false);
  return (
    <WriteDialog
      title={`Rename ${unit.name}`}
      confirm="Rename"
      isDisabled={name === before || theirs !== undefined}
      writes={[
        {
          label: `Rename the unit to ${name}`,
          command: new UpdateOrganizationalUnitCommand({
            OrganizationalUnitId: unit.id,
            Name: name,
          }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return nameProblem(name);
      }}
      check={async () => {
        const { OrganizationalUnit } = await organizations(
          new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit.id }),
        );
        const now = OrganizationalUnit?.Name ?? "";
        if (now === before) return true;
        setTheirs(now);
        return false;
      }}
      done={`Renamed the unit to ${name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {theirs !== undefined && (
        <Conflict
          rows={[{ what: "Name", before, theirs, mine: name }]}
          onTakeTheirs={() => {
            onDone();
            onClose();
          }}
          onKeepMine={() => {
            setBefore(theirs);
            setTheirs(undefined);
          }}
        />
      )}
      <FormField label="Unit name" errorText={isSubmitted && nameProblem(name)}>
        <Input value={name} autoFocus={true} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </WriteDialog>
  );
}

export function DeleteUnitDialog({
  unit,
  onDone,
  onClose,
}: { readonly unit: TreeNode } & DialogProps) {
  return (
    <DeleteDialog
      what="unit"
      name={unit.name}
      writes={[
        {
          label: `Delete unit ${unit.name}`,
          command: new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit.id }),
          doneWhen: ["OrganizationalUnitNotFound"],
        },
      ]}
      onDone={onDone}
      onClose={onClose}
    >
      <Box variant="p">
        Only an empty unit can be deleted: move its accounts and delete its units first. Policies
        that are attached to it stay in the organization.
      </Box>
    </DeleteDialog>
  );
}
