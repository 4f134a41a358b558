import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import type { Credentials, Identity } from "../session/session.ts";
import { type SignInAnswer, signIn } from "../session/sign-in-call.ts";
import { Card } from "./card.tsx";
import { useCountdown } from "./countdown.ts";

export interface Who {
  readonly kind: Identity["kind"];
  readonly account: string;
  /** A user's name, or the root user's email. */
  readonly name: string;
}

export interface SignedIn extends Who {
  readonly password: string;
  readonly credentials: Credentials;
  readonly passwordResetRequired: boolean;
}

/** Account, name and password; then a code when the answer asks for one. */
export function SignInForm({
  initial,
  notice,
  onSignedIn,
  onRecover,
}: {
  readonly initial: Who;
  readonly notice?: string | undefined;
  readonly onSignedIn: (signedIn: SignedIn) => Promise<void>;
  readonly onRecover: (who: Who) => void;
}) {
  const [who, setWho] = useState(initial);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isSubmitted, setSubmitted] = useState(false);
  const [secondsLeft, startWaiting] = useCountdown();
  const isRoot = who.kind === "root";
  const missing = (value: string, message: string) =>
    isSubmitted && value === "" ? message : undefined;

  const judge = async (answer: SignInAnswer) => {
    if (answer.outcome === "mfaRequired") return setCode("");
    if (answer.outcome === "signedIn") return onSignedIn({ ...who, password, ...answer });
    if (answer.outcome === "refused") {
      setFailure(answer.message);
      startWaiting(answer.waitSeconds);
      if (code !== undefined) setCode("");
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isBusy || secondsLeft > 0 || [who.account, who.name, password, code].includes("")) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { kind, account, name } = who;
      const named = kind === "root" ? { email: name } : { userName: name };
      const mfa = code === undefined ? {} : { mfaCode: code.replaceAll(" ", "") };
      await judge(await signIn({ account, ...named, password, ...mfa }));
    } catch {
      setFailure("The control API can't be reached. Check the network, then try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={isRoot ? "Sign in as root user" : "Sign in"} onSubmit={submit}>
      {notice !== undefined && failure === undefined && <Alert type="success">{notice}</Alert>}
      {failure !== undefined && (
        <Alert type="error">
          {failure}
          {secondsLeft > 0 && ` Too many attempts: wait ${secondsLeft} s.`}
        </Alert>
      )}
      {code === undefined ? (
        <SpaceBetween size="m">
          <FormField
            label="Account ID or alias"
            errorText={missing(who.account, "Enter the account's 12-digit ID or its alias.")}
          >
            <Input
              value={who.account}
              onChange={({ detail }) => setWho({ ...who, account: detail.value.trim() })}
              name="account"
              autoComplete="organization"
              spellcheck={false}
              autoFocus={who.account === ""}
            />
          </FormField>
          <FormField
            label={isRoot ? "Root user email" : "User name"}
            errorText={missing(who.name, isRoot ? "Enter the email." : "Enter the user name.")}
          >
            <Input
              value={who.name}
              onChange={({ detail }) => setWho({ ...who, name: detail.value })}
              name="username"
              type={isRoot ? "email" : "text"}
              autoComplete="username"
              spellcheck={false}
              autoFocus={who.account !== "" && who.name === ""}
            />
          </FormField>
          <FormField label="Password" errorText={missing(password, "Enter the password.")}>
            <Input
              value={password}
              onChange={({ detail }) => setPassword(detail.value)}
              name="password"
              type="password"
              autoComplete="current-password"
              autoFocus={who.account !== "" && who.name !== ""}
            />
          </FormField>
        </SpaceBetween>
      ) : (
        <FormField
          label="MFA code"
          description="Enter the six-digit code that your authenticator app shows."
          errorText={missing(code, "Enter the code.")}
        >
          <Input
            value={code}
            onChange={({ detail }) => setCode(detail.value)}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus={true}
          />
        </FormField>
      )}
      <Button variant="primary" fullWidth={true} loading={isBusy} disabled={secondsLeft > 0}>
        {secondsLeft > 0 ? `Try again in ${secondsLeft} s` : "Sign in"}
      </Button>
      <Box textAlign="center">
        <SpaceBetween size="xs">
          {code !== undefined && (
            <Link
              href="#"
              onFollow={(event) => {
                event.preventDefault();
                setCode(undefined);
                setPassword("");
              }}
            >
              Sign in as somebody else
            </Link>
          )}
          {code === undefined && (
            <Link
              href="#"
              onFollow={(event) => {
                event.preventDefault();
                setWho({ ...who, kind: isRoot ? "user" : "root", name: "" });
                setFailure(undefined);
                setSubmitted(false);
              }}
            >
              {isRoot ? "Sign in as a user" : "Sign in as root user"}
            </Link>
          )}
          {isRoot && code === undefined && (
            <Link
              href="#"
              onFollow={(event) => {
                event.preventDefault();
                onRecover(who);
              }}
            >
              Use a recovery code
            </Link>
          )}
        </SpaceBetween>
      </Box>
    </Card>
  );
}
