import Box from "@cloudscape-design/components/box";
import { useEffect, useState } from "react";
import type { Credentials, Identity } from "../session/session.ts";
import { setSession } from "../session/session-store.ts";
import { rememberAccount, rememberedAccount } from "./last-account.ts";
import { PasswordChange } from "./password-change.tsx";
import { Recovery } from "./recovery.tsx";
import { type SignedIn, SignInForm } from "./sign-in-form.tsx";
import "./sign-in.css";

type Step =
  | { readonly step: "signIn"; readonly notice?: string }
  | { readonly step: "changePassword"; readonly signedIn: SignedIn }
  | { readonly step: "recover"; readonly account: string; readonly email: string };

/**
 * Sign-in for an account's users and its root user, at the account's own link or any other address.
 */
export function SignInPage({
  account,
  onSignedIn,
}: {
  readonly account: string | undefined;
  readonly onSignedIn: () => void;
}) {
  const [step, setStep] = useState<Step>({ step: "signIn" });
  const [chosen, setChosen] = useState({
    account: account || rememberedAccount(),
    kind: "user" as Identity["kind"],
    name: "",
  });
  useEffect(() => {
    document.title = "Sign in | Portcullis";
  }, []);

  const accept = async (signedIn: SignedIn) => {
    setChosen(signedIn);
    if (signedIn.passwordResetRequired) return setStep({ step: "changePassword", signedIn });
    setSession(await sessionOf(signedIn));
    rememberAccount(signedIn.account);
    onSignedIn();
  };

  return (
    <main className="sign-in">
      <div className="sign-in-brand">
        <img src="/console/favicon.svg" alt="" width="32" height="32" />
        <Box variant="span" fontSize="heading-m" fontWeight="bold">
          Portcullis
        </Box>
      </div>
      {step.step === "signIn" && (
        <SignInForm
          initial={chosen}
          notice={step.notice}
          onSignedIn={accept}
          onRecover={({ account, name }) => setStep({ step: "recover", account, email: name })}
        />
      )}
      {step.step === "changePassword" && (
        <PasswordChange
          signedIn={step.signedIn}
          onChanged={() =>
            setStep({ step: "signIn", notice: "Password changed. Sign in with the new one." })
          }
          onCancel={() => setStep({ step: "signIn" })}
        />
      )}
      {step.step === "recover" && (
        <Recovery
          account={step.account}
          email={step.email}
          onSignedIn={accept}
          onCancel={() => setStep({ step: "signIn" })}
        />
      )}
    </main>
  );
}

/** The SDK loads only now, since the sign-in form does without it. */
async function sessionOf({ credentials, kind, name, account }: SignedIn) {
  const { accountIdOf } = await import("../api/caller.ts");
  const accountId = await accountIdOf(credentials as Credentials);
  return { identity: { kind, name, account, accountId }, credentials };
}
