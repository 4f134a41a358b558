import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Dialog } from "../ui/dialog.tsx";
import { QueryContent } from "../ui/panel.tsx";
import { useQuery } from "../ui/use-query.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import type { Write } from "./use-writes.ts";

/** Deletes an entity with all that belongs to it: the last write is the entity's own. */
export function DeleteAllDialog({
  what,
  name,
  load,
  consequence,
  onDone,
  onClose,
}: {
  readonly what: string;
  readonly name: string;
  readonly load: () => Promise<readonly Write[]>;
  /** What the deletion means for others. */
  readonly consequence: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery(load, [what, name]);
  if (query.data === undefined)
    return (
      <Dialog
        title={`Delete ${what} ${name}?`}
        onClose={onClose}
        buttons={<Button onClick={onClose}>Cancel</Button>}
      >
        <QueryContent query={query} what="What belongs to it">
          {() => null}
        </QueryContent>
      </Dialog>
    );
  const others = query.data.slice(0, -1);
  return (
    <DeleteDialog what={what} name={name} writes={query.data} onDone={onDone} onClose={onClose}>
      <Box variant="p">{consequence} This can&apos;t be undone.</Box>
      {others.length > 0 && (
        <>
          <Box variant="p">This goes with it:</Box>
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
