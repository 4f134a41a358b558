import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { SaveDialog } from "../../../documents/save-dialog.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { DeleteRoleDialog } from "../../role/delete-role-dialog.tsx";
import { DeleteUserDialog } from "../../user/delete-user-dialog.tsx";
import { KeysDialog, PasswordDialog } from "./credential-dialogs.tsx";
import type { DocumentMend, Mend } from "./plan.ts";

/** Shows what a mend changes, and writes it. */
export default function MendDialog({
  mend,
  onDone,
  onClose,
}: {
  readonly mend: Mend;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  switch (mend.type) {
    case "document":
      return <DocumentDialog mend={mend} onDone={onDone} onClose={onClose} />;
    case "keys":
      return <KeysDialog userName={mend.userName} onDone={onDone} onClose={onClose} />;
    case "password":
      return <PasswordDialog userName={mend.userName} onDone={onDone} onClose={onClose} />;
    case "delete-user":
      return <DeleteUserDialog userName={mend.name} onDone={onDone} onClose={onClose} />;
    case "delete-role":
      return <DeleteRoleDialog roleName={mend.name} onDone={onDone} onClose={onClose} />;
  }
}

/** Reads the document again first: the finding may be older than what is there now. */
function DocumentDialog({
  mend,
  onDone,
  onClose,
}: {
  readonly mend: DocumentMend;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const query = useQuery(
    async (abortSignal) => {
      const base = await mend.target.read({ abortSignal });
      return { base, text: await mend.change(base?.text) };
    },
    [mend.target.what, mend.label],
  );
  const [isRenewed, setRenewed] = useState(false);
  const { data } = query;
  if (data?.text !== undefined)
    return (
      <SaveDialog
        target={mend.target}
        text={data.text}
        base={data.base}
        onDone={onDone}
        notice={
          isRenewed
            ? "Somebody else changed the document meanwhile. This is the change to what is there now."
            : undefined
        }
        onConflict={async () => {
          await query.reload();
          setRenewed(true);
        }}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={mend.label} onClose={onClose} buttons={<Button onClick={onClose}>Close</Button>}>
      <QueryContent query={query} what="The document">
        {() =>
          `There is nothing that this can change in ${mend.target.what}: it was changed since, or a person has to decide. Open it in the editor.`
        }
      </QueryContent>
    </Dialog>
  );
}
