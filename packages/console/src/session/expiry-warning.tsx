import Button from "@cloudscape-design/components/button";
import { useEffect } from "react";
import { useNotify } from "../ui/notifications.tsx";
import { requestRenewal } from "./renewal.ts";
import type { Session } from "./session.ts";

/** How long before the end the person is warned. */
const WARNING_MILLISECONDS = 5 * 60_000;

/** Warns before the credentials expire; once they have, the next call asks for the password. */
export function ExpiryWarning({ session }: { readonly session: Session }) {
  const notify = useNotify();
  // A role's own hour is renewed silently.
  const { expiresAtMilliseconds } = session.credentials;
  useEffect(() => {
    const wait = Math.max(0, expiresAtMilliseconds - Date.now() - WARNING_MILLISECONDS);
    const timer = setTimeout(() => {
      notify({
        id: "expiry",
        type: "warning",
        content: `Your session ends at ${TIME.format(expiresAtMilliseconds)}. What you typed stays when you sign in again.`,
        action: <Button onClick={requestRenewal}>Sign in again</Button>,
      });
    }, wait);
    return () => clearTimeout(timer);
  }, [expiresAtMilliseconds, notify]);
  return null;
}

const TIME = new Intl.DateTimeFormat("en", { timeStyle: "short" });
