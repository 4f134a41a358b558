import {
  DeleteLoginProfileCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import Checkbox from "@cloudscape-design/components/checkbox";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { QueryContent } from "../../ui/panel.tsx";
import { relativeDays } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import type { Write } from "../../writes/use-writes.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import type { UnusedCredential } from "./unused-credentials.ts";

/** As many as a person reads; the rest comes once these are gone. */
const SHOWN = 20;

interface Removal {
  readonly id: string;
  readonly label: string;
  readonly write: Write;
}

/** Takes credentials away that nobody uses. Keys are deactivated, which can be undone. */
export function UnusedDialog({
  credentials,
  onDone,
  onClose,
}: {
  readonly credentials: readonly UnusedCredential[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const shown = credentials.slice(0, SHOWN);
  const query = useQuery(() => Promise.all(shown.map(removalOf)), [shown.length]);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const removals = query.data?.filter((removal) => removal !== undefined) ?? [];
  const chosen = removals.filter(({ id }) => !kept.has(id));
  const toggle = (id: string, isChosen: boolean) => {
    const next = new Set(kept);
    if (isChosen) next.delete(id);
    else next.add(id);
    setKept(next);
  };
  return (
    <WriteDialog
      title="Unused credentials"
      confirm="Take away"
      writes={chosen.map(({ write }) => write)}
      isDisabled={chosen.length === 0}
      done={`Took ${chosen.length} unused ${chosen.length === 1 ? "credential" : "credentials"} away.`}
      onDone={onDone}
      onClose={onClose}
    >
      <SpaceBetween size="xs">
        <span>
          Access keys are deactivated and can be activated again. Passwords are removed. Showing{" "}
          {shown.length} of {credentials.length}.
        </span>
        <QueryContent query={query} what="Unused credentials">
          {() =>
            removals.map(({ id, label }) => (
              <Checkbox
                key={id}
                checked={!kept.has(id)}
                onChange={({ detail }) => toggle(id, detail.checked)}
              >
                <span className="break">{label}</span>
              </Checkbox>
            ))
          }
        </QueryContent>
      </SpaceBetween>
    </WriteDialog>
  );
}

/** Undefined: the key is gone or inactive since the report was made. */
async function removalOf(credential: UnusedCredential): Promise<Removal | undefined> {
  const { userName: UserName, kind, lastUsedAt, madeAt } = credential;
  const used = `last used: ${relativeDays(lastUsedAt, Date.now()).toLowerCase()}`;
  if (kind === "password")
    return {
      id: `password/${UserName}`,
      label: `Password of ${UserName}, ${used}`,
      write: {
        label: `Remove the password of ${UserName}`,
        command: new DeleteLoginProfileCommand({ UserName }),
        doneWhen: ["NoSuchEntity"],
      },
    };
  const { AccessKeyMetadata = [] } = await iam(new ListAccessKeysCommand({ UserName }));
  const key = AccessKeyMetadata.find(
    ({ CreateDate, Status }) =>
      Status === "Active" && Math.abs((CreateDate?.getTime() ?? 0) - madeAt.getTime()) < 1000,
  );
  if (key?.AccessKeyId === undefined) return undefined;
  const { AccessKeyId } = key;
  return {
    id: AccessKeyId,
    label: `Access key ${AccessKeyId} of ${UserName}, ${used}`,
    write: {
      label: `Deactivate ${AccessKeyId} of ${UserName}`,
      command: new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }),
      doneWhen: ["NoSuchEntity"],
    },
  };
}
