import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { Panel } from "../../../ui/panel.tsx";
import { Ago } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { DeleteDialog } from "../../../writes/delete-dialog.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { type AccessKey, loadKeys } from "./access-keys.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { RotateKeyDialog } from "./rotate-key-dialog.tsx";

/** IAM: two access keys for each user. */
const MOST_KEYS = 2;

type Dialog = {
  readonly kind: "create" | "switch" | "delete" | "rotate";
  readonly key?: AccessKey;
};

/** @param userName undefined: the root user itself */
export function KeysPanel({ userName }: { readonly userName: string | undefined }) {
  const query = useQuery((signal) => loadKeys(userName, signal), [userName]);
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const keys = query.data ?? [];
  const shared = { userName, onDone: query.reload, onClose: close };
  return (
    <>
      <Panel
        title="Access keys"
        counter={query.data && `(${keys.length})`}
        description="For programs that sign their requests. A user has two at most, so that one can take the other's place."
        query={query}
        actions={
          <Button
            disabled={query.data === undefined || keys.length >= MOST_KEYS}
            {...(keys.length >= MOST_KEYS && { disabledReason: "A user has two keys at most." })}
            onClick={() => setDialog({ kind: "create" })}
          >
            Create access key
          </Button>
        }
        isEmpty={({ length }) => length === 0}
        empty="No access keys."
      >
        {(data) => <KeyTable keys={data} onAct={setDialog} />}
      </Panel>
      {dialog?.kind === "create" && <CreateKeyDialog {...shared} />}
      {dialog?.key !== undefined && dialog.kind === "switch" && (
        <SwitchKeyDialog {...shared} accessKey={dialog.key} />
      )}
      {dialog?.key !== undefined && dialog.kind === "rotate" && (
        <RotateKeyDialog {...shared} accessKeyId={dialog.key.id} />
      )}
      {dialog?.key !== undefined && dialog.kind === "delete" && (
        <DeleteDialog
          what="access key"
          name={dialog.key.id}
          writes={[
            {
              label: `Delete access key ${dialog.key.id}`,
              doneWhen: ["NoSuchEntity"],
              command: new DeleteAccessKeyCommand({
                UserName: userName,
                AccessKeyId: dialog.key.id,
              }),
            },
          ]}
          onDone={query.reload}
          onClose={close}
        >
          {dialog.key.isActive
            ? "The key is active. Whatever still signs with it fails at once. Deactivate it first, and see that nothing breaks."
            : "The key is inactive. It can't be brought back."}
        </DeleteDialog>
      )}
    </>
  );
}

function KeyTable({
  keys,
  onAct,
}: {
  readonly keys: readonly AccessKey[];
  readonly onAct: (dialog: Dialog) => void;
}) {
  return (
    <Table
      variant="embedded"
      items={keys}
      trackBy="id"
      wrapLines={true}
      ariaLabels={{ tableLabel: "Access keys" }}
      columnDefinitions={[
        {
          id: "id",
          header: "Access key ID",
          isRowHeader: true,
          minWidth: 200,
          cell: ({ id }) => id,
        },
        {
          id: "status",
          header: "Status",
          minWidth: 110,
          cell: ({ isActive }) => (
            <StatusIndicator type={isActive ? "success" : "stopped"}>
              {isActive ? "Active" : "Inactive"}
            </StatusIndicator>
          ),
        },
        {
          id: "made",
          header: "Created",
          minWidth: 120,
          cell: ({ madeAt }) => <Ago moment={madeAt} />,
        },
        {
          id: "used",
          header: "Last used",
          minWidth: 140,
          cell: ({ lastUsedAt, lastService }) => (
            <>
              <Ago moment={lastUsedAt} />
              {lastUsedAt && lastService && ` (${lastService})`}
            </>
          ),
        },
        {
          id: "actions",
          header: "Actions",
          minWidth: 240,
          cell: (key) => (
            <SpaceBetween direction="horizontal" size="s">
              <Button
                variant="inline-link"
                ariaLabel={`Rotate ${key.id}`}
                onClick={() => onAct({ kind: "rotate", key })}
              >
                Rotate
              </Button>
              <Button
                variant="inline-link"
                ariaLabel={`${key.isActive ? "Deactivate" : "Activate"} ${key.id}`}
                onClick={() => onAct({ kind: "switch", key })}
              >
                {key.isActive ? "Deactivate" : "Activate"}
              </Button>
              <Button
                variant="inline-link"
                ariaLabel={`Delete ${key.id}`}
                onClick={() => onAct({ kind: "delete", key })}
              >
                Delete
              </Button>
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

function SwitchKeyDialog({
  userName: UserName,
  accessKey: { id, isActive },
  onDone,
  onClose,
}: {
  readonly userName: string | undefined;
  readonly accessKey: AccessKey;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const verb = isActive ? "Deactivate" : "Activate";
  const Status = isActive ? "Inactive" : "Active";
  return (
    <WriteDialog
      title={`${verb} ${id}?`}
      confirm={verb}
      writes={[
        {
          label: `${verb} ${id}`,
          command: new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status }),
        },
      ]}
      done={`${verb}d ${id}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {isActive
        ? "Requests that are signed with it fail at once, until it is activated again."
        : "Requests that are signed with it work again at once."}
    </WriteDialog>
  );
}
