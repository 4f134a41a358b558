import { type AccessKey, CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { SecretsView } from "../../../secrets/secrets-view.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

/** Makes an access key, then shows its secret once. */
export function CreateKeyDialog({
  userName: UserName,
  onDone,
  onClose,
}: {
  readonly userName: string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [made, setMade] = useState<AccessKey>();
  if (made !== undefined)
    return (
      <Dialog
        title="New access key"
        onClose={onClose}
        buttons={
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <SecretsView
          signInLink=""
          secrets={[
            {
              userName: made.UserName ?? "Root user",
              accessKeyId: made.AccessKeyId ?? "",
              secretAccessKey: made.SecretAccessKey ?? "",
            },
          ]}
        />
      </Dialog>
    );
  return (
    <WriteDialog
      title={`Create an access key for ${UserName ?? "the root user"}`}
      confirm="Create"
      writes={[
        {
          label: "Create an access key",
          command: new CreateAccessKeyCommand({ UserName }),
          onDone: ({ AccessKey }: { AccessKey: AccessKey }) => setMade(AccessKey),
        },
      ]}
      onDone={onDone}
      onClose={onClose}
      staysOpen={true}
    >
      The key has the user&apos;s permissions, and works until it is deactivated or deleted. Where a
      role will do, prefer it: its credentials end by themselves.
    </WriteDialog>
  );
}
