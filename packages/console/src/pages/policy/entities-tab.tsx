import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import type { HolderKind } from "../../documents/addresses.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { EntitiesField } from "../../permissions/entities-field.tsx";
import { nameOf } from "../../permissions/permission-choice.ts";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { type Query, useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { type AttachedEntity, attachedEntities, entityId } from "./attached-entities.ts";

/** Whom the policy gives permissions, and whom it limits. */
export function EntitiesTab({
  arn,
  onChange,
}: {
  readonly arn: string;
  /** Called when the count of attachments has changed. */
  readonly onChange: () => Promise<void>;
}) {
  const attached = useQuery(() => attachedEntities(arn, "PermissionsPolicy"), [arn]);
  const bounded = useQuery(() => attachedEntities(arn, "PermissionsBoundary"), [arn]);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<AttachedEntity>();
  const reload = async () => {
    await Promise.all([attached.reload(), onChange()]);
  };
  return (
    <SpaceBetween size="l">
      <Panel
        title="Attached to"
        counter={attached.data && `(${attached.data.length})`}
        query={attached}
        actions={<Button onClick={() => setAdding(true)}>Attach</Button>}
        isEmpty={({ length }) => length === 0}
        empty="Nobody has this policy."
      >
        {(entities) => <EntityTable title="Attached to" items={entities} onDetach={setLeaving} />}
      </Panel>
      <BoundaryOf query={bounded} />
      {isAdding && <AttachDialog arn={arn} onDone={reload} onClose={() => setAdding(false)} />}
      {leaving !== undefined && (
        <WriteDialog
          title={`Detach ${nameOf(arn)} from ${leaving.kind} ${leaving.name}?`}
          confirm="Detach"
          writes={[
            {
              label: `Detach it from ${leaving.kind} ${leaving.name}`,
              command: HOLDERS[leaving.kind].detach(leaving.name, arn),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Detached ${nameOf(arn)} from ${leaving.name}.`}
          onDone={reload}
          onClose={() => setLeaving(undefined)}
        >
          What only this policy allows is denied at once.
        </WriteDialog>
      )}
    </SpaceBetween>
  );
}

function BoundaryOf({ query }: { readonly query: Query<readonly AttachedEntity[]> }) {
  return (
    <Panel
      title="Boundary of"
      counter={query.data && `(${query.data.length})`}
      description="The policy limits what their other policies can allow."
      query={query}
      isEmpty={({ length }) => length === 0}
      empty="It is nobody's permissions boundary."
    >
      {(entities) => <EntityTable title="Boundary of" items={entities} />}
    </Panel>
  );
}

function EntityTable({
  title,
  items,
  onDetach,
}: {
  readonly title: string;
  readonly items: readonly AttachedEntity[];
  readonly onDetach?: (entity: AttachedEntity) => void;
}) {
  return (
    <Table
      variant="embedded"
      items={items}
      trackBy={entityId}
      wrapLines={true}
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          cell: ({ kind, name }) => (
            <RouterLink to={HOLDERS[kind].page(name)}>
              <span className="break">{name}</span>
            </RouterLink>
          ),
        },
        { id: "kind", header: "Type", cell: ({ kind }) => KINDS[kind] },
        ...(onDetach === undefined
          ? []
          : [
              {
                id: "detach",
                header: "Action",
                cell: (entity: AttachedEntity) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Detach from ${entityId(entity)}`}
                    onClick={() => onDetach(entity)}
                  >
                    Detach
                  </Button>
                ),
              },
            ]),
      ]}
    />
  );
}

const KINDS: Readonly<Record<HolderKind, string>> = { user: "User", group: "Group", role: "Role" };

function AttachDialog({
  arn,
  onDone,
  onClose,
}: {
  readonly arn: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [kind, setKind] = useState<HolderKind>("group");
  const [names, setNames] = useState<readonly string[]>([]);
  return (
    <WriteDialog
      title={`Attach ${nameOf(arn)}`}
      confirm="Attach"
      isDisabled={names.length === 0}
      writes={names.map((name) => ({
        label: `Attach it to ${kind} ${name}`,
        command: HOLDERS[kind].attach(name, arn),
      }))}
      done={`Attached ${nameOf(arn)} to ${names.join(", ")}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="To whom">
        <RadioGroup
          value={kind}
          onChange={({ detail }) => {
            setKind(detail.value as HolderKind);
            setNames([]);
          }}
          items={[
            { value: "group", label: "Groups" },
            { value: "user", label: "Users" },
            { value: "role", label: "Roles" },
          ]}
        />
      </FormField>
      <EntitiesField key={kind} kind={kind} chosen={names} onChange={setNames} />
    </WriteDialog>
  );
}
