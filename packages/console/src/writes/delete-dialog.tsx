import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type ReactNode, useState } from "react";
import type { Write } from "./use-writes.ts";
import { WriteDialog } from "./write-dialog.tsx";

/** A deletion: `children` tell all that goes, and the name must be typed. */
export function DeleteDialog({
  what,
  name,
  writes,
  onDone,
  onClose,
  children,
}: {
  /** The kind, such as `user`. */
  readonly what: string;
  readonly name: string;
  readonly writes: readonly Write[];
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const [typed, setTyped] = useState("");
  return (
    <WriteDialog
      title={`Delete ${what} ${name}?`}
      confirm="Delete"
      writes={writes}
      isDisabled={typed !== name}
      done={`Deleted ${what} ${name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {children ?? <Box variant="p">This can&apos;t be undone.</Box>}
      <FormField
        label={
          <>
            To confirm, type <strong className="break">{name}</strong>
          </>
        }
      >
        <Input
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
          placeholder={name}
          spellcheck={false}
          autoComplete="off"
          autoFocus={true}
        />
      </FormField>
    </WriteDialog>
  );
}
