import {
  CreateVirtualMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  type VirtualMFADevice,
} from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { send } from "../../../api/command.ts";
import { describeFailure } from "../../../api/errors.ts";
import { Copyable } from "../../../ui/copyable.tsx";
import { useNotify } from "../../../ui/notifications.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { CodeFields, codesProblem } from "./code-fields.tsx";

interface Props {
  readonly userName: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

/** Makes a virtual device, shows its QR code, and assigns it by two codes. */
export function EnrollMfaDialog(props: Props) {
  const { userName, onClose } = props;
  const [name, setName] = useState(userName);
  const [device, setDevice] = useState<VirtualMFADevice>();
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = /^[\w+=,.@-]{1,226}$/.test(name)
    ? undefined
    : "A device's name has letters of the English alphabet, digits, and + = , . @ _ -";
  if (device !== undefined) return <AssignDialog {...props} device={device} />;
  return (
    <WriteDialog
      title={`Assign an MFA device to ${userName}`}
      confirm="Next"
      writes={[
        {
          label: `Create virtual MFA device ${name}`,
          command: new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
          onDone: ({ VirtualMFADevice }: { VirtualMFADevice: VirtualMFADevice }) =>
            setDevice(VirtualMFADevice),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      onClose={onClose}
      staysOpen={true}
    >
      <FormField
        label="Device name"
        description="Each device of the account has a name of its own."
        errorText={isSubmitted ? problem : undefined}
      >
        <Input
          value={name}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setName(detail.value)}
        />
      </FormField>
    </WriteDialog>
  );
}

function AssignDialog({
  userName: UserName,
  device: { SerialNumber = "", QRCodePNG, Base32StringSeed },
  onDone,
  onClose,
}: Props & { readonly device: VirtualMFADevice }) {
  const notify = useNotify();
  const [codes, setCodes] = useState({ first: "", second: "" });
  const [isSubmitted, setSubmitted] = useState(false);
  const [isSeedShown, setSeedShown] = useState(false);
  const [isAssigned, setAssigned] = useState(false);

  const close = async () => {
    onClose();
    if (isAssigned) return;
    // A device that was never assigned would keep its name from the next attempt.
    try {
      await send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    } catch (error) {
      const { message } = describeFailure(error);
      notify({ type: "warning", content: `The unused device ${SerialNumber} stays: ${message}` });
    }
  };
  return (
    <WriteDialog
      title={`Assign an MFA device to ${UserName}`}
      confirm="Assign"
      writes={[
        {
          label: `Assign ${SerialNumber}`,
          command: new EnableMFADeviceCommand({
            UserName,
            SerialNumber,
            AuthenticationCode1: codes.first,
            AuthenticationCode2: codes.second,
          }),
          onDone: () => setAssigned(true),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return codesProblem(codes);
      }}
      done={`${UserName} signs in with a code from now on.`}
      onDone={async () => {
        await onDone();
        onClose();
      }}
      onClose={close}
      staysOpen={true}
    >
      <SpaceBetween size="m">
        <Box variant="p">Scan the code with an authenticator app, or type its seed there.</Box>
        <img
          className="qr-code"
          alt="QR code of the MFA device"
          width="200"
          height="200"
          src={`data:image/png;base64,${base64(QRCodePNG)}`}
        />
        {isSeedShown ? (
          <Copyable text={new TextDecoder().decode(Base32StringSeed)} what="Seed" />
        ) : (
          <Button formAction="none" onClick={() => setSeedShown(true)}>
            Show the seed
          </Button>
        )}
        <CodeFields
          codes={codes}
          onChange={setCodes}
          problem={isSubmitted ? codesProblem(codes) : undefined}
        />
      </SpaceBetween>
    </WriteDialog>
  );
}

const base64 = (bytes: Uint8Array | undefined): string =>
  btoa(Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join(""));
