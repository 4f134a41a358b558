import Alert from "@cloudscape-design/components/alert";
import { useSession } from "../../session/session-store.ts";
import { Page } from "../../ui/page.tsx";
import { KeysPanel } from "../user/credentials/keys-panel.tsx";
import { MfaPanel } from "../user/credentials/mfa-panel.tsx";
import { OwnPasswordPanel } from "./own-password-panel.tsx";

/** The credentials of whoever is signed in. */
export default function SecurityCredentialsPage() {
  const session = useSession();
  if (session === undefined) return null;
  const { kind, name } = session.identity;
  if (session.role !== undefined)
    return (
      <Page title="Security credentials">
        <Alert type="info">
          A role has no credentials of its own. Switch back to see those of {name}.
        </Alert>
      </Page>
    );
  const isRoot = kind === "root";
  return (
    <Page
      title="Security credentials"
      description={isRoot ? "Your own, as the root user." : `Your own, as ${name}.`}
    >
      {isRoot ? (
        <Alert type="warning">
          No policy restricts the root user. It should have MFA, and no access keys. Before you
          delete a key, see that nothing signs with it, such as the AWS CLI profile of this
          installation.
        </Alert>
      ) : (
        <OwnPasswordPanel />
      )}
      <MfaPanel userName={isRoot ? "root" : name} />
      <KeysPanel userName={isRoot ? undefined : name} />
    </Page>
  );
}
