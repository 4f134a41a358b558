import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  type AccessKey as MadeKey,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { ShowAsCli } from "../../../cli/show-as-cli.tsx";
import { SecretsView } from "../../../secrets/secrets-view.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { QueryContent } from "../../../ui/panel.tsx";
import { Status } from "../../../ui/status.tsx";
import { absoluteTime } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { useWrites, type Write } from "../../../writes/use-writes.ts";
import { WriteProgress } from "../../../writes/write-progress.tsx";
import { type AccessKey, loadKeys } from "./access-keys.ts";

/**
 * Rotation in four steps: make the second key, see it used, deactivate the first, delete it. The
 * steps follow from the keys as they are, so that the dialog can be closed and opened again in
 * between.
 */
export function RotateKeyDialog({
  userName: UserName,
  accessKeyId,
  onDone,
  onClose,
}: {
  readonly userName: string | undefined;
  readonly accessKeyId: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery((signal) => loadKeys(UserName, signal), [UserName]);
  const writes = useWrites();
  const [made, setMade] = useState<MadeKey>();
  const run = async (write: Write) => {
    if (!(await writes.run([write]))) return;
    writes.reset();
    await query.reload();
  };
  const close = async () => {
    await onDone();
    onClose();
  };
  return (
    <Dialog
      title={`Rotate ${accessKeyId}`}
      size="large"
      onClose={close}
      buttons={<Button onClick={close}>Close</Button>}
    >
      <SpaceBetween size="m">
        <QueryContent query={query} what="Keys">
          {(keys) => (
            <Steps
              old={keys.find(({ id }) => id === accessKeyId)}
              fresh={keys.find(({ id }) => id !== accessKeyId)}
              made={made}
              isBusy={writes.isRunning || query.isLoading}
              onReload={query.reload}
              writes={rotationWrites(UserName, accessKeyId, setMade)}
              onRun={run}
            />
          )}
        </QueryContent>
        <WriteProgress writes={writes} />
      </SpaceBetween>
    </Dialog>
  );
}

interface RotationWrites {
  readonly make: Write;
  readonly deactivate: Write;
  readonly remove: Write;
}

const rotationWrites = (
  UserName: string | undefined,
  AccessKeyId: string,
  onMade: (key: MadeKey) => void,
): RotationWrites => ({
  make: {
    label: "Create the new key",
    command: new CreateAccessKeyCommand({ UserName }),
    onDone: ({ AccessKey }: { AccessKey: MadeKey }) => onMade(AccessKey),
  },
  deactivate: {
    label: `Deactivate ${AccessKeyId}`,
    command: new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }),
  },
  remove: {
    label: `Delete ${AccessKeyId}`,
    command: new DeleteAccessKeyCommand({ UserName, AccessKeyId }),
    doneWhen: ["NoSuchEntity"],
  },
});

function Steps({
  old,
  fresh,
  made,
  isBusy,
  onReload,
  writes,
  onRun,
}: {
  readonly old: AccessKey | undefined;
  readonly fresh: AccessKey | undefined;
  readonly made: MadeKey | undefined;
  readonly isBusy: boolean;
  readonly onReload: () => void;
  readonly writes: RotationWrites;
  readonly onRun: (write: Write) => void;
}) {
  const isUsed = fresh?.lastUsedAt !== undefined;
  const current =
    fresh === undefined ? 1 : old === undefined ? 5 : !old.isActive ? 4 : isUsed ? 3 : 2;
  const act = (at: number, write: Write, words: string) =>
    current === at && (
      <SpaceBetween size="xs">
        <Button loading={isBusy} onClick={() => onRun(write)}>
          {words}
        </Button>
        <ShowAsCli commands={[write.command]} />
      </SpaceBetween>
    );
  return (
    <ol className="rotation">
      <Step isDone={current > 1} title="Create a second key">
        {act(1, writes.make, "Create the new key")}
        {made !== undefined && (
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
        )}
      </Step>
      <Step isDone={current > 2} title="Give it to everything that uses the old one">
        {fresh !== undefined && (
          <SpaceBetween size="xs">
            <Box>
              {fresh.id} was last used: {absoluteTime(fresh.lastUsedAt)}
            </Box>
            {current === 2 && (
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" loading={isBusy} onClick={onReload}>
                  Look again
                </Button>
                <Button disabled={isBusy} onClick={() => onRun(writes.deactivate)}>
                  Deactivate the old key all the same
                </Button>
              </SpaceBetween>
            )}
          </SpaceBetween>
        )}
      </Step>
      <Step isDone={current > 3} title="Deactivate the old key">
        {old !== undefined && current <= 3 && (
          <Box>The old key was last used: {absoluteTime(old.lastUsedAt)}</Box>
        )}
        {act(3, writes.deactivate, "Deactivate the old key")}
      </Step>
      <Step isDone={current > 4} title="Delete the old key, once nothing has broken">
        {act(4, writes.remove, "Delete the old key")}
      </Step>
    </ol>
  );
}

function Step({
  isDone,
  title,
  children,
}: {
  readonly isDone: boolean;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <li>
      <SpaceBetween size="xs">
        <Status type={isDone ? "success" : "pending"} label={isDone ? "Done" : "To do"}>
          {title}
        </Status>
        {children}
      </SpaceBetween>
    </li>
  );
}
