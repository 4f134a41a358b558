import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { type ReactNode, useState } from "react";
import type { Write } from "./use-writes.ts";
import { WriteDialog } from "./write-dialog.tsx";

interface Verb {
  readonly title: string;
  /** The words on the button. */
  readonly button: string;
  /** In the notification. */
  readonly done: string;
}

const DELETE: Verb = { title: "Delete", button: "Delete", done: "Deleted" };

/** A deletion: `children` tell all that goes, and the name must be typed. */
export function DeleteDialog({
  what,
  verb = DELETE,
  name,
  writes,
  onDone,
  onClose,
  children,
}: {
  /** The kind, such as `user`. */
  readonly what: string;
  /** What ends otherwise than by deletion, such as an account that is closed. */
  readonly verb?: Verb;
  readonly name: string;
  readonly writes: readonly Write[];
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const [typed, setTyped] = useState("");
  return (
    <WriteDialog
      title={`${verb.title} ${what} ${name}?`}
      confirm={verb.button}
      writes={writes}
      isDisabled={typed !== name}
      done={`${verb.done} ${what} ${name}.`}
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
