import { CreateLoginProfileCommand, UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { signInLink } from "../../../app/paths.ts";
import {
  newPassword,
  type PasswordChoice,
  PasswordFields,
  passwordProblem,
} from "../../../secrets/password-fields.tsx";
import { SecretsView } from "../../../secrets/secrets-view.tsx";
import { activeAccount } from "../../../session/session.ts";
import { useSession } from "../../../session/session-store.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

/** Sets a password, then shows it once when it was generated. */
export function PasswordDialog({
  userName: UserName,
  isThere,
  onDone,
  onClose,
}: {
  readonly userName: string;
  /** Whether the user has a password already. */
  readonly isThere: boolean;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const [choice, setChoice] = useState<PasswordChoice>(newPassword);
  const [isSubmitted, setSubmitted] = useState(false);
  const [isShown, setShown] = useState(false);
  const input = {
    UserName,
    Password: choice.password,
    PasswordResetRequired: choice.mustChange,
  };
  const command = isThere
    ? new UpdateLoginProfileCommand(input)
    : new CreateLoginProfileCommand(input);
  if (isShown)
    return (
      <Dialog
        title={`Password of ${UserName}`}
        onClose={onClose}
        buttons={
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <SecretsView
          secrets={[{ userName: UserName, password: choice.password }]}
          signInLink={signInLink(session === undefined ? "" : activeAccount(session))}
        />
      </Dialog>
    );
  return (
    <WriteDialog
      title={isThere ? `New password for ${UserName}` : `Enable sign-in for ${UserName}`}
      confirm="Set password"
      writes={[{ label: "Set the password", command }]}
      problem={() => {
        setSubmitted(true);
        return passwordProblem(choice);
      }}
      done={`Set the password of ${UserName}.`}
      onDone={async () => {
        await onDone();
        setShown(choice.isGenerated);
      }}
      onClose={onClose}
      staysOpen={choice.isGenerated}
    >
      <PasswordFields
        choice={choice}
        onChange={setChoice}
        problem={isSubmitted ? passwordProblem(choice) : undefined}
      />
    </WriteDialog>
  );
}
