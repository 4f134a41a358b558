import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { signIn } from "../session/sign-in-call.ts";
import { Card } from "./card.tsx";
import { useCountdown } from "./countdown.ts";

/** A new root password for a recovery code. */
export function Recovery({
  account: initialAccount,
  email: initialEmail,
  onRecovered,
  onCancel,
}: {
  readonly account: string;
  readonly email: string;
  readonly onRecovered: (notice: string) => void;
  readonly onCancel: () => void;
}) {
  const [values, setValues] = useState({
    account: initialAccount,
    email: initialEmail,
    recoveryCode: "",
    newPassword: "",
  });
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isSubmitted, setSubmitted] = useState(false);
  const [secondsLeft, startWaiting] = useCountdown();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isBusy || secondsLeft > 0 || Object.values(values).includes("")) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await signIn(values);
      if (answer.outcome !== "refused")
        return onRecovered("The root password is changed. Sign in with the new one.");
      setFailure(answer.message);
      startWaiting(answer.waitSeconds);
    } catch {
      setFailure("The control API can't be reached. Check the network, then try again.");
    } finally {
      setBusy(false);
    }
  };
  const field = (
    name: keyof typeof values,
    label: string,
    input: { type?: "email" | "password"; autoComplete?: string },
  ) => (
    <FormField
      label={label}
      errorText={isSubmitted && values[name] === "" ? "This is required." : undefined}
    >
      <Input
        {...input}
        value={values[name]}
        name={name}
        spellcheck={false}
        onChange={({ detail }) => setValues({ ...values, [name]: detail.value })}
      />
    </FormField>
  );

  return (
    <Card title="Recover the root user" onSubmit={submit}>
      <Box variant="p">
        A recovery code sets a new password for the account&apos;s root user. Each code works once.
      </Box>
      {failure !== undefined && <Alert type="error">{failure}</Alert>}
      {field("account", "Account ID or alias", { autoComplete: "organization" })}
      {field("email", "Root user email", { type: "email", autoComplete: "username" })}
      {field("recoveryCode", "Recovery code", { autoComplete: "off" })}
      {field("newPassword", "New password", { type: "password", autoComplete: "new-password" })}
      <SpaceBetween size="xs">
        <Button variant="primary" fullWidth={true} loading={isBusy} disabled={secondsLeft > 0}>
          {secondsLeft > 0 ? `Try again in ${secondsLeft} s` : "Set the new password"}
        </Button>
        <Button formAction="none" fullWidth={true} onClick={onCancel}>
          Back to sign-in
        </Button>
      </SpaceBetween>
    </Card>
  );
}
