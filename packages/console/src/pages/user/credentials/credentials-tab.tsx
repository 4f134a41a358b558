import SpaceBetween from "@cloudscape-design/components/space-between";
import { KeysPanel } from "./keys-panel.tsx";
import { MfaPanel } from "./mfa-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";

export function CredentialsTab({ userName }: { readonly userName: string }) {
  return (
    <SpaceBetween size="l">
      <PasswordPanel userName={userName} />
      <MfaPanel userName={userName} />
      <KeysPanel userName={userName} />
    </SpaceBetween>
  );
}
