import { DeleteAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { loadPasswordPolicy } from "../../account/password-policy.ts";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { PasswordPolicyDialog } from "./password-policy-dialog.tsx";
import { POLICY_LABELS, type PolicyValues, valuesOf, wordsOf } from "./policy-values.ts";

export function PasswordPolicyPanel() {
  const query = useQuery(
    async (signal) => valuesOf((await loadPasswordPolicy(signal)).policy) ?? "none",
    [],
  );
  const [params, setParams] = useSearchParams();
  const [isRemoving, setRemoving] = useState(false);
  const isEditing = params.get("edit") === "password-policy" && query.data !== undefined;
  const edit = (isOn: boolean) => setParams(isOn ? { edit: "password-policy" } : {});
  const values = query.data === "none" ? undefined : query.data;
  return (
    <>
      <Panel
        title="Password policy"
        description="What users' passwords must be like. It does not concern the root user."
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {values !== undefined && <Button onClick={() => setRemoving(true)}>Remove</Button>}
            <Button disabled={query.data === undefined} onClick={() => edit(true)}>
              {values === undefined ? "Set a password policy" : "Edit"}
            </Button>
          </SpaceBetween>
        }
        isEmpty={(data) => data === "none"}
        empty="The account has no policy of its own. IAM's default applies: 8 characters, of three kinds."
      >
        {() => values !== undefined && <PolicyView values={values} />}
      </Panel>
      {isEditing && (
        <PasswordPolicyDialog before={values} onDone={query.reload} onClose={() => edit(false)} />
      )}
      {isRemoving && (
        <WriteDialog
          title="Remove the password policy?"
          confirm="Remove"
          writes={[
            {
              label: "Remove the password policy",
              command: new DeleteAccountPasswordPolicyCommand({}),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done="Removed the password policy."
          onDone={query.reload}
          onClose={() => setRemoving(false)}
        >
          IAM&apos;s default applies then. Passwords that are in use stay.
        </WriteDialog>
      )}
    </>
  );
}

function PolicyView({ values }: { readonly values: PolicyValues }) {
  const names = Object.keys(POLICY_LABELS) as (keyof PolicyValues)[];
  return (
    <KeyValuePairs
      columns={3}
      items={names.map((name) => ({ label: POLICY_LABELS[name], value: wordsOf(values[name]) }))}
    />
  );
}
