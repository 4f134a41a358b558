import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { describeFailure } from "../api/errors.ts";
import { useCountdown } from "../sign-in/countdown.ts";
import { Dialog } from "../ui/dialog.tsx";
import { renewalDone, useRenewalWanted } from "./renewal.ts";
import type { Credentials, Session } from "./session.ts";
import { setSession } from "./session-store.ts";
import { signIn } from "./sign-in-call.ts";
import { assumedRole, switchBack } from "./switch-role.ts";
import { signOutEverywhere } from "./tabs.ts";

/** Asks for the password above the page, whose forms and waiting calls stay as they are. */
export function RenewalDialog({ session }: { readonly session: Session }) {
  return useRenewalWanted() ? <PasswordDialog session={session} /> : null;
}

function PasswordDialog({ session }: { readonly session: Session }) {
  const { identity } = session;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [secondsLeft, startWaiting] = useCountdown();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || secondsLeft > 0 || password === "" || code === "") return;
    setBusy(true);
    setFailure(undefined);
    try {
      const named =
        identity.kind === "root" ? { email: identity.name } : { userName: identity.name };
      const mfa = code === undefined ? {} : { mfaCode: code.replaceAll(" ", "") };
      const answer = await signIn({ account: identity.accountId, ...named, password, ...mfa });
      if (answer.outcome === "mfaRequired") return setCode("");
      if (answer.outcome === "refused") {
        setFailure(answer.message);
        return startWaiting(answer.waitSeconds);
      }
      if (answer.outcome === "signedIn" && answer.passwordResetRequired)
        return setFailure("The password has expired. Sign out, then sign in to change it.");
      if (answer.outcome === "signedIn") await renew(session, answer.credentials);
    } catch (error) {
      setFailure(describeFailure(error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Your session has ended"
      onClose={renewalDone}
      buttons={
        <>
          {session.role !== undefined && (
            <Button
              onClick={() => {
                renewalDone();
                switchBack();
              }}
            >
              Switch back
            </Button>
          )}
          <Button
            onClick={() => {
              renewalDone();
              signOutEverywhere();
            }}
          >
            Sign out
          </Button>
          <Button variant="primary" form="renewal" loading={isBusy} disabled={secondsLeft > 0}>
            {secondsLeft > 0 ? `Try again in ${secondsLeft} s` : "Sign in again"}
          </Button>
        </>
      }
    >
      <form id="renewal" onSubmit={submit} noValidate={true}>
        <SpaceBetween size="m">
          <Box variant="p">
            Sign in again as <strong className="break">{identity.name}</strong> in account{" "}
            {identity.accountId}. The page stays as it is.
          </Box>
          {failure !== undefined && <Alert type="error">{failure}</Alert>}
          {code === undefined ? (
            <FormField label="Password">
              <Input
                value={password}
                onChange={({ detail }) => setPassword(detail.value)}
                name="renewal-password"
                type="password"
                autoComplete="current-password"
                autoFocus={true}
              />
            </FormField>
          ) : (
            <FormField label="MFA code">
              <Input
                value={code}
                onChange={({ detail }) => setCode(detail.value)}
                name="renewal-code"
                inputMode="numeric"
                autoComplete="one-time-code"
                autoFocus={true}
              />
            </FormField>
          )}
        </SpaceBetween>
      </form>
    </Dialog>
  );
}

/** A role that the person switched to is assumed again with the new credentials. */
async function renew(session: Session, credentials: Credentials): Promise<void> {
  const own: Session = { identity: session.identity, credentials };
  const { role } = session;
  setSession(role === undefined ? own : { ...own, role: await assumedRole(own, role) });
  renewalDone();
}
