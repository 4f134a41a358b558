import {
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  ListMFADevicesCommand,
  type MFADevice,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { iam } from "../../../api/clients.ts";
import { Panel } from "../../../ui/panel.tsx";
import { absoluteTime } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { EnrollMfaDialog } from "./enroll-mfa-dialog.tsx";
import { ResyncMfaDialog } from "./resync-mfa-dialog.tsx";

interface Dialog {
  readonly kind: "enroll" | "resync" | "deactivate";
  readonly serial: string;
}

/** @param userName of a user, or `root` when the root user looks at itself */
export function MfaPanel({ userName: UserName }: { readonly userName: string }) {
  const [dialog, setDialog] = useState<Dialog>();
  const query = useQuery(
    async (abortSignal) =>
      (await iam(new ListMFADevicesCommand({ UserName }), { abortSignal })).MFADevices ?? [],
    [UserName],
  );
  const shared = {
    userName: UserName,
    onDone: query.reload,
    onClose: () => setDialog(undefined),
  };
  return (
    <>
      <Panel
        title="Multi-factor authentication (MFA)"
        counter={query.data && `(${query.data.length})`}
        description="A code from an authenticator app, asked for besides the password."
        query={query}
        actions={
          <Button onClick={() => setDialog({ kind: "enroll", serial: "" })}>
            Assign MFA device
          </Button>
        }
        isEmpty={({ length }) => length === 0}
        empty="No MFA device. A password alone is enough to sign in."
      >
        {(devices) => <DeviceTable devices={devices} onAct={setDialog} />}
      </Panel>
      {dialog?.kind === "enroll" && <EnrollMfaDialog {...shared} />}
      {dialog?.kind === "resync" && <ResyncMfaDialog {...shared} serial={dialog.serial} />}
      {dialog?.kind === "deactivate" && (
        <WriteDialog
          title="Deactivate the MFA device?"
          confirm="Deactivate"
          writes={[
            {
              label: `Deactivate ${dialog.serial}`,
              doneWhen: ["NoSuchEntity"],
              command: new DeactivateMFADeviceCommand({ UserName, SerialNumber: dialog.serial }),
            },
            {
              label: `Delete ${dialog.serial}`,
              doneWhen: ["NoSuchEntity"],
              command: new DeleteVirtualMFADeviceCommand({ SerialNumber: dialog.serial }),
            },
          ]}
          done="Deactivated the MFA device."
          onDone={query.reload}
          onClose={shared.onClose}
        >
          <span className="break">
            {dialog.serial} no longer protects {UserName}. The seed is deleted, so that the device
            must be enrolled anew.
          </span>
        </WriteDialog>
      )}
    </>
  );
}

function DeviceTable({
  devices,
  onAct,
}: {
  readonly devices: readonly MFADevice[];
  readonly onAct: (dialog: Dialog) => void;
}) {
  return (
    <Table
      variant="embedded"
      items={devices}
      trackBy="SerialNumber"
      wrapLines={true}
      ariaLabels={{ tableLabel: "MFA devices" }}
      columnDefinitions={[
        {
          id: "serial",
          header: "Device",
          isRowHeader: true,
          minWidth: 200,
          cell: ({ SerialNumber }) => <span className="break">{SerialNumber}</span>,
        },
        {
          id: "enabled",
          header: "Assigned",
          minWidth: 160,
          cell: ({ EnableDate }) => absoluteTime(EnableDate),
        },
        {
          id: "actions",
          header: "Actions",
          minWidth: 180,
          cell: ({ SerialNumber: serial = "" }) => (
            <SpaceBetween direction="horizontal" size="s">
              <Button
                variant="inline-link"
                ariaLabel={`Resync ${serial}`}
                onClick={() => onAct({ kind: "resync", serial })}
              >
                Resync
              </Button>
              <Button
                variant="inline-link"
                ariaLabel={`Deactivate ${serial}`}
                onClick={() => onAct({ kind: "deactivate", serial })}
              >
                Deactivate
              </Button>
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}
