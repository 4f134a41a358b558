import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { type SignInAnswer, signIn } from "../session/sign-in-call.ts";
import { Card } from "./card.tsx";
import { useCountdown } from "./countdown.ts";
import type { SignedIn } from "./sign-in-form.tsx";

const LABELS = {
  account: "Account ID or alias",
  email: "Root user email",
  recoveryCode: "Recovery code",
  newPassword: "New password",
  mfaCode: "MFA code",
} as const;

type Field = keyof typeof LABELS;

/** A new root password for a recovery code of the operator; it signs in at the same time. */
export function Recovery({
  account,
  email,
  onSignedIn,
  onCancel,
}: {
  readonly account: string;
  readonly email: string;
  readonly onSignedIn: (signedIn: SignedIn) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const [values, setValues] = useState<Partial<Record<Field, string>>>({
    account,
    email,
    recoveryCode: "",
    newPassword: "",
  });
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isSubmitted, setSubmitted] = useState(false);
  const [secondsLeft, startWaiting] = useCountdown();

  const judge = async (answer: SignInAnswer) => {
    if (answer.outcome === "mfaRequired") {
      setSubmitted(false);
      return setValues({ ...values, mfaCode: "" });
    }
    if (answer.outcome === "refused") {
      setFailure(answer.message);
      return startWaiting(answer.waitSeconds);
    }
    const { account: signedInTo = "", email: name = "", newPassword: password = "" } = values;
    return onSignedIn({ kind: "root", account: signedInTo, name, password, ...answer });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isBusy || secondsLeft > 0 || Object.values(values).includes("")) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await judge(await signIn(values));
    } catch {
      setFailure("The control API can't be reached. Check the network, then try again.");
    } finally {
      setBusy(false);
    }
  };
  const field = (name: Field, input: { type?: "email" | "password"; autoComplete: string }) => (
    <FormField
      label={LABELS[name]}
      errorText={isSubmitted && values[name] === "" ? "This is required." : undefined}
    >
      <Input
        {...input}
        value={values[name] ?? ""}
        name={name}
        spellcheck={false}
        onChange={({ detail }) => setValues({ ...values, [name]: detail.value })}
      />
    </FormField>
  );

  return (
    <Card title="Recover the root user" onSubmit={submit}>
      <Box variant="p">
        The operator of the installation makes recovery codes. A code sets a new password for the
        account&apos;s root user, once.
      </Box>
      {failure !== undefined && <Alert type="error">{failure}</Alert>}
      {field("account", { autoComplete: "organization" })}
      {field("email", { type: "email", autoComplete: "username" })}
      {field("recoveryCode", { autoComplete: "off" })}
      {field("newPassword", { type: "password", autoComplete: "new-password" })}
      {values.mfaCode !== undefined && field("mfaCode", { autoComplete: "one-time-code" })}
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
