import { Page } from "../../ui/page.tsx";
import { AccountPanel } from "../dashboard/account-panel.tsx";
import { FederationPanel } from "./federation-panel.tsx";
import { PasswordPolicyPanel } from "./password-policy-panel.tsx";

export default function SettingsPage() {
  return (
    <Page title="Account settings">
      <PasswordPolicyPanel />
      <AccountPanel />
      <FederationPanel />
    </Page>
  );
}
