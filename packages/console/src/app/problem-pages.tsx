import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { useLocation } from "react-router";
import { Page } from "../ui/page.tsx";
import { RouterLink } from "../ui/router-link.tsx";

export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <Page title="Page not found">
      <Box variant="p">
        There is no page at <span className="break">{pathname}</span>.{" "}
        <RouterLink to="/">Go to the dashboard</RouterLink>
      </Box>
    </Page>
  );
}

/**
 * A page that failed to load or to render says so; it is never blank. A class, since React offers
 * no other way to catch.
 */
export class PageErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error?: unknown }
> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Page title="This page can't be shown">
        <Alert
          type="error"
          header="Something went wrong"
          action={<Button onClick={() => location.reload()}>Load again</Button>}
        >
          <span className="break">{error instanceof Error ? error.message : String(error)}</span>
        </Alert>
      </Page>
    );
  }
}
