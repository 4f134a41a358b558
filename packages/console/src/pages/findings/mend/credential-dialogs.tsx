import {
  type AccessKeyMetadata,
  DeleteLoginProfileCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import { useState } from "react";
import { iam } from "../../../api/clients.ts";
import { QueryContent } from "../../../ui/panel.tsx";
import { Ago } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

interface DialogProps {
  readonly userName: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** As the findings count. */
const UNUSED_MILLISECONDS = 90 * 86_400_000;

const isOld = (date: Date | undefined): boolean =>
  date === undefined || date.getTime() < Date.now() - UNUSED_MILLISECONDS;

interface UnusedKey {
  readonly id: string;
  readonly lastUsed: Date | undefined;
}

async function unusedKeys(UserName: string): Promise<readonly UnusedKey[]> {
  const { AccessKeyMetadata = [] } = await iam(new ListAccessKeysCommand({ UserName }));
  const active = AccessKeyMetadata.filter(
    ({ Status, CreateDate }: AccessKeyMetadata) => Status === "Active" && isOld(CreateDate),
  );
  const keys = await Promise.all(
    active.map(async ({ AccessKeyId = "" }): Promise<UnusedKey> => {
      const { AccessKeyLastUsed } = await iam(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
      return { id: AccessKeyId, lastUsed: AccessKeyLastUsed?.LastUsedDate };
    }),
  );
  return keys.filter(({ lastUsed }) => isOld(lastUsed));
}

/** Deactivates the keys that are unused now, not those that were when the finding was made. */
export function KeysDialog({ userName, onDone, onClose }: DialogProps) {
  const query = useQuery(() => unusedKeys(userName), [userName]);
  const [isUsed, setUsed] = useState(false);
  const keys = query.data ?? [];
  return (
    <WriteDialog
      title={`Deactivate the unused keys of ${userName}?`}
      confirm="Deactivate"
      isDisabled={keys.length === 0}
      writes={keys.map(({ id }) => ({
        label: `Deactivate ${id}`,
        command: new UpdateAccessKeyCommand({
          UserName: userName,
          AccessKeyId: id,
          Status: "Inactive",
        }),
      }))}
      check={async () => {
        const now = (await unusedKeys(userName)).map(({ id }) => id);
        const isSame = keys.every(({ id }) => now.includes(id));
        setUsed(!isSame);
        if (!isSame) await query.reload();
        return isSame;
      }}
      done={`Deactivated the unused keys of ${userName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {isUsed && <Alert type="warning">A key was used meanwhile. It is left out now.</Alert>}
      <QueryContent
        query={query}
        what="The keys"
        isEmpty={({ length }) => length === 0}
        empty="The user has no unused key any more."
      >
        {(found) => (
          <ul className="plain-list">
            {found.map(({ id, lastUsed }) => (
              <li key={id}>
                {id}, last used: <Ago moment={lastUsed} />
              </li>
            ))}
          </ul>
        )}
      </QueryContent>
      A deactivated key can be activated again. Delete it once nobody misses it.
    </WriteDialog>
  );
}

/** Deletes a password that nobody signs in with. */
export function PasswordDialog({ userName: UserName, onDone, onClose }: DialogProps) {
  const [usedAt, setUsedAt] = useState<Date>();
  return (
    <WriteDialog
      title={`Delete the password of ${UserName}?`}
      confirm="Delete"
      isDisabled={usedAt !== undefined}
      writes={[
        {
          label: `Delete the password of ${UserName}`,
          command: new DeleteLoginProfileCommand({ UserName }),
          doneWhen: ["NoSuchEntity"],
        },
      ]}
      check={async () => {
        const { User } = await iam(new GetUserCommand({ UserName }));
        if (isOld(User?.PasswordLastUsed)) return true;
        setUsedAt(User?.PasswordLastUsed);
        return false;
      }}
      done={`Deleted the password of ${UserName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {usedAt !== undefined && (
        <Alert type="warning">
          The user signed in meanwhile: <Ago moment={usedAt} />. Nothing is deleted.
        </Alert>
      )}
      The user can&apos;t sign in with a password any more. Access keys and roles stay.
    </WriteDialog>
  );
}
