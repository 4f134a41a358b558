import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  ListPolicyVersionsCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../../api/clients.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { DeleteAllDialog } from "../../writes/delete-all-dialog.tsx";
import type { Write } from "../../writes/use-writes.ts";
import { attachedEntities } from "./attached-entities.ts";

/** Deletes a policy; the dialog tells who loses it and which versions go. */
export function DeletePolicyDialog({
  arn,
  onDone,
  onClose,
}: {
  readonly arn: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  return (
    <DeleteAllDialog
      what="policy"
      name={nameOf(arn)}
      load={() => deletionOf(arn)}
      consequence="What only this policy allows is denied at once."
      onDone={onDone}
      onClose={onClose}
    />
  );
}

const doneWhen = ["NoSuchEntity"];

async function deletionOf(PolicyArn: string): Promise<readonly Write[]> {
  const [entities, { Versions = [] }] = await Promise.all([
    attachedEntities(PolicyArn, "PermissionsPolicy"),
    iam(new ListPolicyVersionsCommand({ PolicyArn })),
  ]);
  return [
    ...entities.map(({ kind, name }) => ({
      label: `Detach it from ${kind} ${name}`,
      command: HOLDERS[kind].detach(name, PolicyArn),
      doneWhen,
    })),
    ...Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).map(({ VersionId = "" }) => ({
      label: `Delete version ${VersionId}`,
      command: new DeletePolicyVersionCommand({ PolicyArn, VersionId }),
      doneWhen,
    })),
    {
      label: `Delete policy ${nameOf(PolicyArn)}`,
      command: new DeletePolicyCommand({ PolicyArn }),
      doneWhen,
    },
  ];
}
