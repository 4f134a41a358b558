import {
  AddUserToGroupCommand,
  GetGroupCommand,
  RemoveUserFromGroupCommand,
  type User,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { userPath } from "../../app/paths.ts";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { EntitiesField } from "../../permissions/entities-field.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";

const nameOf = ({ UserName = "" }: User): string => UserName;
const textOf = ({ UserName = "", Path = "" }: User): string => `${UserName} ${Path}`;

const COLUMNS: readonly Column<User>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 160,
    sortBy: (user) => nameOf(user).toLowerCase(),
    cell: (user) => (
      <RouterLink to={userPath(nameOf(user))}>
        <span className="break">{nameOf(user)}</span>
      </RouterLink>
    ),
  },
  { id: "path", header: "Path", cell: ({ Path }) => <span className="break">{Path}</span> },
  {
    id: "signIn",
    header: "Last sign-in",
    minWidth: 120,
    cell: ({ PasswordLastUsed }) => <Ago moment={PasswordLastUsed} />,
  },
];

export function MembersTab({ groupName: GroupName }: { readonly groupName: string }) {
  const [selected, setSelected] = useState<readonly User[]>([]);
  const [dialog, setDialog] = useState<"add" | "remove">();
  const listing = useListing<User>(
    async (Marker, abortSignal) => {
      const command = new GetGroupCommand({ GroupName, Marker, MaxItems: PAGE_ITEMS });
      const answer = await iam(command, { abortSignal });
      return { items: answer.Users ?? [], marker: answer.Marker };
    },
    [GroupName],
  );
  const reload = async () => {
    setSelected([]);
    await listing.reload();
  };
  return (
    <>
      <PagedTable
        title="Users in this group"
        what="users"
        listing={listing}
        columns={COLUMNS}
        defaultSort="name"
        idOf={nameOf}
        textOf={textOf}
        selectionType="multi"
        selected={selected}
        onSelect={setSelected}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setDialog("remove")}>
              Remove
            </Button>
            <Button onClick={() => setDialog("add")}>Add users</Button>
          </SpaceBetween>
        }
        empty="This group has no users."
      />
      {dialog === "add" && (
        <AddDialog groupName={GroupName} onDone={reload} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "remove" && (
        <WriteDialog
          title={`Remove users from group ${GroupName}?`}
          confirm="Remove"
          writes={selected.map(nameOf).map((UserName) => ({
            label: `Remove ${UserName} from group ${GroupName}`,
            command: new RemoveUserFromGroupCommand({ GroupName, UserName }),
            doneWhen: ["NoSuchEntity"],
          }))}
          done={`Removed ${selected.map(nameOf).join(", ")}.`}
          onDone={reload}
          onClose={() => setDialog(undefined)}
        >
          <span className="break">
            {selected.map(nameOf).join(", ")}: what only this group allows is denied at once.
          </span>
        </WriteDialog>
      )}
    </>
  );
}

function AddDialog({
  groupName: GroupName,
  onDone,
  onClose,
}: {
  readonly groupName: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [names, setNames] = useState<readonly string[]>([]);
  return (
    <WriteDialog
      title={`Add users to group ${GroupName}`}
      confirm="Add"
      isDisabled={names.length === 0}
      writes={names.map((UserName) => ({
        label: `Add ${UserName} to group ${GroupName}`,
        command: new AddUserToGroupCommand({ GroupName, UserName }),
      }))}
      done={`Added ${names.join(", ")}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <EntitiesField kind="user" chosen={names} onChange={setNames} />
    </WriteDialog>
  );
}
