import { CloseAccountCommand } from "@aws-sdk/client-organizations";
import Box from "@cloudscape-design/components/box";
import { DeleteDialog } from "../../../writes/delete-dialog.tsx";

/** Closes a member account; its name must be typed. */
export function CloseAccountDialog({
  id,
  name,
  onDone,
  onClose,
}: {
  readonly id: string;
  readonly name: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  return (
    <DeleteDialog
      what="account"
      verb={{ button: "Close account", done: "Closed", title: "Close" }}
      name={name}
      writes={[
        {
          label: `Close account ${id}`,
          command: new CloseAccountCommand({ AccountId: id }),
          doneWhen: ["AccountAlreadyClosed"],
        },
      ]}
      onDone={onDone}
      onClose={onClose}
    >
      <Box variant="p">
        All credentials of account {id} are refused from then on. The account stays in the
        organization as suspended until the operator deletes it for good. The console can&apos;t
        open it again.
      </Box>
    </DeleteDialog>
  );
}
