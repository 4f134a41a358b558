import SideNavigation from "@cloudscape-design/components/side-navigation";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { Suspense, useEffect, useRef, useState } from "react";
import { Outlet, useLocation } from "react-router";
import { ExpiryWarning } from "../session/expiry-warning.tsx";
import { RenewalDialog } from "../session/renewal-dialog.tsx";
import { scopeOf } from "../session/session.ts";
import { useSession } from "../session/session-store.ts";
import { Notifications, NotificationsProvider } from "../ui/notifications.tsx";
import { useFollow } from "../ui/router-link.tsx";
import { activeHref, navigation } from "./navigation.ts";
import { PageErrorBoundary } from "./problem-pages.tsx";
import { TopBar } from "./top-bar.tsx";
import "./layout.css";

/** As in layout.css. */
const isNarrow = () => matchMedia("(max-width: 900px)").matches;

/**
 * What surrounds each page. Cloudscape's AppLayout would be a sixth of all code that the users list
 * loads. A page begins anew when the account or the role changes.
 */
export function Layout() {
  const session = useSession();
  const follow = useFollow();
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(() => !isNarrow());
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && isNarrow()) setOpen(false);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const shownPath = useRef(pathname);
  useEffect(() => {
    if (shownPath.current === pathname) return;
    shownPath.current = pathname;
    // A screen reader begins with the new page, unless the page itself took the focus.
    const content = document.getElementById("content");
    if (content !== null && !content.contains(document.activeElement)) content.focus();
  }, [pathname]);
  if (session === undefined) return null;
  return (
    <NotificationsProvider>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <TopBar
        session={session}
        isNavigationOpen={isOpen}
        onToggleNavigation={() => setOpen(!isOpen)}
      />
      <div className="layout">
        {isOpen && (
          <nav id="navigation" className="layout-navigation" aria-label="Pages">
            <SideNavigation
              items={navigation}
              activeHref={activeHref(pathname)}
              onFollow={(event) => {
                follow(event);
                if (isNarrow()) setOpen(false);
              }}
            />
          </nav>
        )}
        <main id="content" className="layout-content" tabIndex={-1}>
          <Notifications />
          <PageErrorBoundary key={`${scopeOf(session)}${pathname}`}>
            <Suspense fallback={<StatusIndicator type="loading">Loading the page</StatusIndicator>}>
              <Outlet />
            </Suspense>
          </PageErrorBoundary>
        </main>
      </div>
      <ExpiryWarning session={session} />
      <RenewalDialog session={session} />
    </NotificationsProvider>
  );
}
