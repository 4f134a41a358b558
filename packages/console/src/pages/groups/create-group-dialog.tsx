import { AttachGroupPolicyCommand, CreateGroupCommand } from "@aws-sdk/client-iam";
import { useState } from "react";
import { nameOf } from "../../permissions/permission-choice.ts";
import { PoliciesField } from "../../permissions/permission-fields.tsx";
import { NameAndPathFields, nameAndPathProblems } from "../../ui/name-and-path.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";

export function CreateGroupDialog({
  onDone,
  onClose,
}: {
  readonly onDone: (name: string) => void;
  readonly onClose: () => void;
}) {
  const [value, setValue] = useState({ name: "", path: "/" });
  const [policies, setPolicies] = useState<readonly string[]>([]);
  const [isSubmitted, setSubmitted] = useState(false);
  const problems = nameAndPathProblems(value, 128);
  const { name: GroupName, path: Path } = value;
  return (
    <WriteDialog
      title="Create a group"
      confirm="Create group"
      writes={[
        {
          label: `Create group ${GroupName}`,
          command: new CreateGroupCommand({ GroupName, ...(Path === "/" ? {} : { Path }) }),
        },
        ...policies.map((PolicyArn) => ({
          label: `Attach ${nameOf(PolicyArn)}`,
          command: new AttachGroupPolicyCommand({ GroupName, PolicyArn }),
        })),
      ]}
      problem={() => {
        setSubmitted(true);
        return problems.name ?? problems.path;
      }}
      done={`Created group ${GroupName}.`}
      onDone={() => onDone(GroupName)}
      onClose={onClose}
    >
      <NameAndPathFields
        label="Group name"
        value={value}
        problems={isSubmitted ? problems : undefined}
        onChange={setValue}
      />
      <PoliciesField policies={policies} onChange={setPolicies} />
    </WriteDialog>
  );
}
