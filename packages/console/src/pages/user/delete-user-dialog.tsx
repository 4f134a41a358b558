import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Dialog } from "../../ui/dialog.tsx";
import { QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeleteDialog } from "../../writes/delete-dialog.tsx";
import { deletionOf } from "./deletion.ts";

/** Deletes a user; the dialog tells all that goes with it. */
export function DeleteUserDialog({
  userName,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery(() => deletionOf(userName), [userName]);
  if (query.data === undefined)
    return (
      <Dialog
        title={`Delete user ${userName}?`}
        onClose={onClose}
        buttons={<Button onClick={onClose}>Cancel</Button>}
      >
        <QueryContent query={query} what="What belongs to the user">
          {() => null}
        </QueryContent>
      </Dialog>
    );
  const others = query.data.slice(0, -1);
  return (
    <DeleteDialog what="user" name={userName} writes={query.data} onDone={onDone} onClose={onClose}>
      {others.length === 0 ? (
        <Box variant="p">
          The user has no credentials and no permissions. This can&apos;t be undone.
        </Box>
      ) : (
        <>
          <Box variant="p">This goes with the user, and can&apos;t be undone:</Box>
          <ul className="plain-list">
            {others.map(({ label }) => (
              <li key={label} className="break">
                {label}
              </li>
            ))}
          </ul>
        </>
      )}
    </DeleteDialog>
  );
}
