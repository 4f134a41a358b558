import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useState } from "react";
import { loadAlias } from "../../account/account-alias.ts";
import { AliasDialog } from "../../account/alias-dialog.tsx";
import { signInLink } from "../../app/paths.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";

/** The account's id, alias and sign-in link. */
export function AccountPanel() {
  const session = useSession();
  const query = useQuery(loadAlias, []);
  const [isEditing, setEditing] = useState(false);
  const account = session === undefined ? "" : activeAccount(session);
  return (
    <>
      <Panel
        title="Account"
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setEditing(true)}>
            Edit alias
          </Button>
        }
      >
        {({ alias }) => (
          <KeyValuePairs
            columns={3}
            minColumnWidth={220}
            items={[
              { label: "Account ID", value: <Copyable text={account} what="Account ID" /> },
              { label: "Alias", value: alias ?? "None" },
              {
                label: "Sign-in link for users",
                value: <Copyable text={signInLink(alias ?? account)} what="Sign-in link" />,
              },
            ]}
          />
        )}
      </Panel>
      {isEditing && (
        <AliasDialog
          alias={query.data?.alias}
          onDone={query.reload}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}
