import { DeleteRoleCommand } from "@aws-sdk/client-iam";
import { policyRemovals } from "../../documents/holder-deletion.ts";
import { DeleteAllDialog } from "../../writes/delete-all-dialog.tsx";

/** Deletes a role with its policies. */
export function DeleteRoleDialog({
  roleName: RoleName,
  onDone,
  onClose,
}: {
  readonly roleName: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  return (
    <DeleteAllDialog
      what="role"
      name={RoleName}
      load={async () => [
        ...(await policyRemovals("role", RoleName)),
        {
          label: `Delete role ${RoleName}`,
          command: new DeleteRoleCommand({ RoleName }),
          doneWhen: ["NoSuchEntity"],
        },
      ]}
      consequence="Its sessions end at once, and nobody can assume it any more."
      onDone={onDone}
      onClose={onClose}
    />
  );
}
