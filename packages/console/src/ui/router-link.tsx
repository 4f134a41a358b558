import Link, { type LinkProps } from "@cloudscape-design/components/link";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { BASE } from "../app/paths.ts";

interface FollowEvent {
  preventDefault(): void;
  readonly detail: { readonly href?: string | undefined; readonly external?: boolean | undefined };
}

/** Follows links below `/console` without loading the page anew. */
export function useFollow(): (event: FollowEvent) => void {
  const navigate = useNavigate();
  return useCallback(
    (event) => {
      const { href, external } = event.detail;
      if (external === true || href === undefined || !href.startsWith(`${BASE}/`)) return;
      event.preventDefault();
      navigate(href.slice(BASE.length));
    },
    [navigate],
  );
}

/** A link to another page of the console; `to` begins below `/console`. */
export function RouterLink({ to, ...props }: { readonly to: string } & Omit<LinkProps, "href">) {
  const follow = useFollow();
  return <Link {...props} href={`${BASE}${to}`} onFollow={follow} />;
}
