import {
  AttachPolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  type PolicySummary,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { organizations } from "../../api/clients.ts";
import { nameProblem } from "../../organization/name-problem.ts";
import { Conflict } from "../../writes/conflict.tsx";
import { DeleteAllDialog } from "../../writes/delete-all-dialog.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { loadTargets } from "./targets.ts";

interface DialogProps {
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}

/** Attaches the policy to a target by its id. */
export function AttachToDialog({
  id,
  name,
  onDone,
  onClose,
}: { readonly id: string; readonly name: string } & DialogProps) {
  const [target, setTarget] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = /^(?:\d{12}|r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(target)
    ? undefined
    : "Enter the ID of the root (r-...), of a unit (ou-...) or of an account (12 digits).";
  return (
    <WriteDialog
      title={`Attach ${name}`}
      confirm="Attach policy"
      writes={[
        {
          label: `Attach ${name} to ${target}`,
          command: new AttachPolicyCommand({ PolicyId: id, TargetId: target }),
          doneWhen: ["DuplicatePolicyAttachment"],
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      done={`Attached ${name} to ${target}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField
        label="Target ID"
        description="Or select the target in the tree, which shows the effect beforehand."
        errorText={isSubmitted && problem}
      >
        <Input
          value={target}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setTarget(detail.value.trim())}
        />
      </FormField>
    </WriteDialog>
  );
}

interface Texts {
  readonly name: string;
  readonly description: string;
}

const textsOf = ({ Name = "", Description = "" }: PolicySummary): Texts => ({
  name: Name,
  description: Description,
});

/** Changes name and description, unless somebody else did meanwhile. */
export function RenamePolicyDialog({
  policy,
  onDone,
  onClose,
}: { readonly policy: PolicySummary } & DialogProps) {
  const { Id: PolicyId } = policy;
  const [before, setBefore] = useState(textsOf(policy));
  const [mine, setMine] = useState(before);
  const [theirs, setTheirs] = useState<Texts>();
  const [isSubmitted, setSubmitted] = useState(false);
  const isSame = mine.name === before.name && mine.description === before.description;
  return (
    <WriteDialog
      title={`Rename ${before.name}`}
      confirm="Save"
      isDisabled={isSame || theirs !== undefined}
      writes={[
        {
          label: "Change name and description",
          command: new UpdatePolicyCommand({
            PolicyId,
            ...(mine.name === before.name ? {} : { Name: mine.name }),
            ...(mine.description === before.description ? {} : { Description: mine.description }),
          }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return nameProblem(mine.name);
      }}
      check={async () => {
        const { Policy } = await organizations(new DescribePolicyCommand({ PolicyId }));
        const now = textsOf(Policy?.PolicySummary ?? {});
        if (now.name === before.name && now.description === before.description) return true;
        setTheirs(now);
        return false;
      }}
      done={`Saved ${mine.name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {theirs !== undefined && (
        <Conflict
          rows={[
            { what: "Name", before: before.name, theirs: theirs.name, mine: mine.name },
            {
              what: "Description",
              before: before.description,
              theirs: theirs.description,
              mine: mine.description,
            },
          ]}
          onTakeTheirs={async () => {
            await onDone();
            onClose();
          }}
          onKeepMine={() => {
            setBefore(theirs);
            setTheirs(undefined);
          }}
        />
      )}
      <FormField label="Name" errorText={isSubmitted && nameProblem(mine.name)}>
        <Input
          value={mine.name}
          autoFocus={true}
          onChange={({ detail }) => setMine({ ...mine, name: detail.value })}
        />
      </FormField>
      <FormField label="Description">
        <Input
          value={mine.description}
          onChange={({ detail }) => setMine({ ...mine, description: detail.value.slice(0, 512) })}
        />
      </FormField>
    </WriteDialog>
  );
}

/** Deletes a policy: it is detached from its targets first. */
export function DeletePolicyDialog({
  id: PolicyId,
  name,
  onDone,
  onClose,
}: { readonly id: string; readonly name: string } & DialogProps) {
  return (
    <DeleteAllDialog
      what="policy"
      name={name}
      load={async () => {
        const { items } = await loadTargets(PolicyId);
        return [
          ...items.map(({ TargetId, Name }) => ({
            label: `Detach it from ${Name} (${TargetId})`,
            command: new DetachPolicyCommand({ PolicyId, TargetId }),
            doneWhen: ["PolicyNotAttached"],
          })),
          {
            label: `Delete policy ${name}`,
            command: new DeletePolicyCommand({ PolicyId }),
            doneWhen: ["PolicyNotFound"],
          },
        ];
      }}
      consequence="What it denies is allowed at once where other policies allow it."
      onDone={onDone}
      onClose={onClose}
    />
  );
}
