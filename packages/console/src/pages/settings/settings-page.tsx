import { Page } from "../../ui/page.tsx";
import { AccountPanel } from "../dashboard/account-panel.tsx";
import { FederationPanel } from "./federation-panel.tsx";
import { PasswordPolicyPanel } from "./password-policy-panel.tsx";
import { SettingsChanges } from "./settings-changes.tsx";

export default function SettingsPage() {
  return (
    <Page title="Account settings">
      <PasswordPolicyPanel />
      <AccountPanel />
      <FederationPanel />
      <SettingsChanges />
    </Page>
  );
}
