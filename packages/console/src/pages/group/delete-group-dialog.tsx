import {
  DeleteGroupCommand,
  GetGroupCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { allPages } from "../../api/all-pages.ts";
import { iam } from "../../api/clients.ts";
import { policyRemovals } from "../../documents/holder-deletion.ts";
import { DeleteAllDialog } from "../../writes/delete-all-dialog.tsx";
import type { Write } from "../../writes/use-writes.ts";

/** Deletes a group; the dialog tells who leaves it and what goes with it. */
export function DeleteGroupDialog({
  groupName,
  onDone,
  onClose,
}: {
  readonly groupName: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  return (
    <DeleteAllDialog
      what="group"
      name={groupName}
      load={() => deletionOf(groupName)}
      consequence="Its users stay, and lose what only this group allows."
      onDone={onDone}
      onClose={onClose}
    />
  );
}

const doneWhen = ["NoSuchEntity"];

async function deletionOf(GroupName: string): Promise<readonly Write[]> {
  const [members, policies] = await Promise.all([
    allPages(async (Marker) => {
      const answer = await iam(new GetGroupCommand({ GroupName, Marker, MaxItems: 1000 }));
      return { items: answer.Users, marker: answer.Marker };
    }),
    policyRemovals("group", GroupName),
  ]);
  return [
    ...policies,
    ...members.map(({ UserName = "" }) => ({
      label: `Remove user ${UserName}`,
      command: new RemoveUserFromGroupCommand({ GroupName, UserName }),
      doneWhen,
    })),
    {
      label: `Delete group ${GroupName}`,
      command: new DeleteGroupCommand({ GroupName }),
      doneWhen,
    },
  ];
}
