import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Textarea from "@cloudscape-design/components/textarea";
import type { AccountFinding } from "@portcullis/analysis";
import { useState } from "react";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

interface DialogProps {
  readonly finding: AccountFinding;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}

const MOST_CHARACTERS = 500;

/** Archives a finding for all who look at the account's findings, with the reason. */
export function ArchiveDialog({ finding, onDone, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem =
    reason.trim() === "" ? "Say why it is left as it is: others will read it." : undefined;
  return (
    <WriteDialog
      title="Archive the finding"
      confirm="Archive"
      writes={[
        {
          label: "Archive the finding",
          command: portcullisCommand("archiveFinding", {
            FindingId: finding.id,
            Reason: reason.trim(),
            ResourceArn: finding.resource,
            Title: finding.title.slice(0, 200),
          }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      done="Archived the finding."
      onDone={onDone}
      onClose={onClose}
    >
      <Box variant="p">
        It is hidden from the list of active findings until you restore it. If the matter ends and
        comes back, it stays archived.
      </Box>
      <FormField label="Reason" errorText={isSubmitted && problem}>
        <Textarea
          value={reason}
          rows={3}
          autoFocus={true}
          onChange={({ detail }) => setReason(detail.value.slice(0, MOST_CHARACTERS))}
        />
      </FormField>
    </WriteDialog>
  );
}

/** Makes an archived finding active again. */
export function RestoreDialog({ finding, onDone, onClose }: DialogProps) {
  return (
    <WriteDialog
      title="Restore the finding?"
      confirm="Restore"
      writes={[
        {
          label: "Restore the finding",
          command: portcullisCommand("restoreFinding", { FindingId: finding.id }),
          doneWhen: ["ResourceNotFound"],
        },
      ]}
      done="Restored the finding."
      onDone={onDone}
      onClose={onClose}
    >
      It is among the active findings again, for everybody who looks at them.
    </WriteDialog>
  );
}
