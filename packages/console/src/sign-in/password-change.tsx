import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { Card } from "./card.tsx";
import type { SignedIn } from "./sign-in-form.tsx";

/**
 * The change that an account forces at the first sign-in, or after the password expired. The
 * credentials allow nothing else, not even to read the password policy.
 */
export function PasswordChange({
  signedIn,
  onChanged,
  onCancel,
}: {
  readonly signedIn: SignedIn;
  readonly onChanged: () => void;
  readonly onCancel: () => void;
}) {
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isSubmitted, setSubmitted] = useState(false);
  const differs = password !== repeated;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isBusy || password === "" || differs) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { changePassword } = await import("../api/change-password.ts");
      await changePassword(signedIn.credentials, signedIn.password, password);
      onChanged();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Card title="Choose a new password" onSubmit={submit}>
      <Box variant="p">
        <strong className="break">{signedIn.name}</strong> must change the password before anything
        else is allowed.
      </Box>
      {failure !== undefined && <Alert type="error">{failure}</Alert>}
      <FormField
        label="New password"
        errorText={isSubmitted && password === "" ? "Enter a new password." : undefined}
      >
        <Input
          value={password}
          onChange={({ detail }) => setPassword(detail.value)}
          name="new-password"
          type="password"
          autoComplete="new-password"
          autoFocus={true}
        />
      </FormField>
      <FormField
        label="New password again"
        errorText={isSubmitted && differs ? "The two passwords differ." : undefined}
      >
        <Input
          value={repeated}
          onChange={({ detail }) => setRepeated(detail.value)}
          name="new-password-again"
          type="password"
          autoComplete="new-password"
        />
      </FormField>
      <SpaceBetween size="xs">
        <Button variant="primary" fullWidth={true} loading={isBusy}>
          Change password
        </Button>
        <Button formAction="none" fullWidth={true} onClick={onCancel}>
          Cancel
        </Button>
      </SpaceBetween>
    </Card>
  );
}
