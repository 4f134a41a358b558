import { ResyncMFADeviceCommand } from "@aws-sdk/client-iam";
import { useState } from "react";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { CodeFields, codesProblem } from "./code-fields.tsx";

/** For a device whose clock went astray. */
export function ResyncMfaDialog({
  userName: UserName,
  serial: SerialNumber,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly serial: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [codes, setCodes] = useState({ first: "", second: "" });
  const [isSubmitted, setSubmitted] = useState(false);
  return (
    <WriteDialog
      title="Resync the MFA device"
      confirm="Resync"
      writes={[
        {
          label: `Resync ${SerialNumber}`,
          command: new ResyncMFADeviceCommand({
            UserName,
            SerialNumber,
            AuthenticationCode1: codes.first,
            AuthenticationCode2: codes.second,
          }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return codesProblem(codes);
      }}
      done="The MFA device is in step again."
      onDone={onDone}
      onClose={onClose}
    >
      <CodeFields
        codes={codes}
        onChange={setCodes}
        problem={isSubmitted ? codesProblem(codes) : undefined}
      />
    </WriteDialog>
  );
}
