import { UpdateUserCommand, type User } from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { pathProblem } from "../../ui/entity-name.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { nameProblem } from "../users/user-name.ts";

/** Another name or path. The user's ID, credentials and permissions stay. */
export function RenameDialog({
  user: { UserName = "", Path = "/" },
  onDone,
  onClose,
}: {
  readonly user: User;
  readonly onDone: (name: string) => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(UserName);
  const [path, setPath] = useState(Path);
  const [isSubmitted, setSubmitted] = useState(false);
  const problems = { name: nameProblem(name), path: pathProblem(path) };
  const command = new UpdateUserCommand({
    UserName,
    ...(name === UserName ? {} : { NewUserName: name }),
    ...(path === Path ? {} : { NewPath: path }),
  });
  return (
    <WriteDialog
      title={`Rename ${UserName}`}
      confirm="Save"
      writes={[{ label: `Rename ${UserName} to ${name}`, command }]}
      problem={() => {
        setSubmitted(true);
        return problems.name ?? problems.path;
      }}
      isDisabled={name === UserName && path === Path}
      done={`Saved ${name}.`}
      onDone={() => onDone(name)}
      onClose={onClose}
    >
      <Alert type="info">
        Policies that name the user by its ARN don&apos;t follow. Role trust policies do: they keep
        the user by its ID.
      </Alert>
      <FormField label="User name" errorText={isSubmitted && problems.name}>
        <Input
          value={name}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setName(detail.value)}
        />
      </FormField>
      <FormField label="Path" errorText={isSubmitted && problems.path}>
        <Input value={path} spellcheck={false} onChange={({ detail }) => setPath(detail.value)} />
      </FormField>
    </WriteDialog>
  );
}
