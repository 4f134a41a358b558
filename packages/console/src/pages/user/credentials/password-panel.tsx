import { DeleteLoginProfileCommand, GetLoginProfileCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { iam } from "../../../api/clients.ts";
import { signInLink } from "../../../app/paths.ts";
import { activeAccount } from "../../../session/session.ts";
import { useSession } from "../../../session/session-store.ts";
import { Copyable } from "../../../ui/copyable.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { absoluteTime } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { PasswordDialog } from "./password-dialog.tsx";

/** The password for the console and for `POST /signin`. */
export function PasswordPanel({ userName: UserName }: { readonly userName: string }) {
  const session = useSession();
  const [dialog, setDialog] = useState<"set" | "remove">();
  const query = useQuery(
    async (abortSignal) => {
      try {
        const answer = await iam(new GetLoginProfileCommand({ UserName }), { abortSignal });
        return { profile: answer.LoginProfile };
      } catch (error) {
        if (error instanceof Error && error.name.startsWith("NoSuchEntity"))
          return { profile: undefined };
        throw error;
      }
    },
    [UserName],
  );
  const isThere = query.data?.profile !== undefined;
  const close = () => setDialog(undefined);
  return (
    <>
      <Panel
        title="Password"
        description="For signing in to this console."
        query={query}
        actions={
          query.data && (
            <SpaceBetween direction="horizontal" size="xs">
              {isThere && <Button onClick={() => setDialog("remove")}>Remove password</Button>}
              <Button onClick={() => setDialog("set")}>
                {isThere ? "Set a new password" : "Enable sign-in"}
              </Button>
            </SpaceBetween>
          )
        }
        isEmpty={({ profile }) => profile === undefined}
        empty="This user has no password and can't sign in to the console."
      >
        {({ profile }) => (
          <KeyValuePairs
            columns={3}
            minColumnWidth={220}
            items={[
              {
                label: "Sign-in link",
                value: (
                  <Copyable
                    text={signInLink(session === undefined ? "" : activeAccount(session))}
                    what="Sign-in link"
                  />
                ),
              },
              { label: "First set", value: absoluteTime(profile?.CreateDate) },
              {
                label: "Must be changed at the next sign-in",
                value: profile?.PasswordResetRequired ? "Yes" : "No",
              },
            ]}
          />
        )}
      </Panel>
      {dialog === "set" && (
        <PasswordDialog
          userName={UserName}
          isThere={isThere}
          onDone={query.reload}
          onClose={close}
        />
      )}
      {dialog === "remove" && (
        <WriteDialog
          title={`Remove the password of ${UserName}?`}
          confirm="Remove"
          writes={[
            {
              label: "Remove the password",
              command: new DeleteLoginProfileCommand({ UserName }),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Removed the password of ${UserName}.`}
          onDone={query.reload}
          onClose={close}
        >
          The user can&apos;t sign in to the console any more. Access keys go on working.
        </WriteDialog>
      )}
    </>
  );
}
