import { CreateAccountAliasCommand, DeleteAccountAliasCommand } from "@aws-sdk/client-iam";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { signInLink } from "../app/paths.ts";
import { WriteDialog } from "../writes/write-dialog.tsx";

const ALIAS = /^[a-z0-9](?:(?:[a-z0-9]|-(?!-))*[a-z0-9])?$/;

/** Why an alias can't be taken; undefined when it can. IAM's rules. */
function aliasProblem(alias: string): string | undefined {
  if (alias.length < 3 || alias.length > 63) return "An alias has 3 to 63 characters.";
  if (/^\d{12}$/.test(alias)) return "Twelve digits would be an account ID.";
  return ALIAS.test(alias)
    ? undefined
    : "An alias has small letters, digits and single hyphens, which don't stand at its ends.";
}

/** Sets the account's alias, or removes it when the field is empty. */
export function AliasDialog({
  alias: before,
  onDone,
  onClose,
}: {
  /** The alias as it is; undefined: none. */
  readonly alias: string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [alias, setAlias] = useState(before ?? "");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = alias === "" && before !== undefined ? undefined : aliasProblem(alias);
  const write =
    alias === ""
      ? {
          label: "Remove the alias",
          command: new DeleteAccountAliasCommand({ AccountAlias: before ?? "" }),
        }
      : {
          label: `Set the alias ${alias}`,
          command: new CreateAccountAliasCommand({ AccountAlias: alias }),
        };
  return (
    <WriteDialog
      title="Account alias"
      confirm="Save"
      writes={[write]}
      isDisabled={alias === (before ?? "")}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      done={alias === "" ? "Removed the alias." : `The account's alias is ${alias}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField
        label="Alias"
        description="A name to sign in with in place of the account ID. Leave it empty for none."
        constraintText={alias === "" ? "" : `Sign-in link: ${signInLink(alias)}`}
        errorText={isSubmitted ? problem : undefined}
      >
        <Input
          value={alias}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setAlias(detail.value)}
        />
      </FormField>
    </WriteDialog>
  );
}
