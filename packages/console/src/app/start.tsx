import { lazy, Suspense, useEffect, useState } from "react";
import { setSession, useSession } from "../session/session-store.ts";
import { sessionOfOtherTab } from "../session/tabs.ts";
import { SignInPage } from "../sign-in/sign-in-page.tsx";
import { accountOfSignInLink, BASE } from "./paths.ts";

const loadApp = () => import("./app.tsx");
const App = lazy(loadApp);

const PATIENCE_MILLISECONDS = 100;

/** The sign-in page without a session, at whatever address; with one, the page of the address. */
export function Start() {
  const session = useSession();
  const [link, setLink] = useState(() => accountOfSignInLink(location.pathname));
  const [asking, setAsking] = useState(session === undefined && link === undefined);
  useEffect(() => {
    if (!asking) return;
    sessionOfOtherTab(PATIENCE_MILLISECONDS).then((found) => {
      if (found !== undefined) setSession(found);
      setAsking(false);
    });
  }, [asking]);
  useEffect(() => {
    // The next page's code loads while the person types.
    if (!asking) loadApp();
  }, [asking]);

  if (asking) return null;
  if (session === undefined || link !== undefined) {
    const signedIn = () => {
      if (link !== undefined) history.replaceState(null, "", `${BASE}/`);
      setLink(undefined);
    };
    return <SignInPage account={link} onSignedIn={signedIn} />;
  }
  return (
    <Suspense fallback={null}>
      <App />
    </Suspense>
  );
}
