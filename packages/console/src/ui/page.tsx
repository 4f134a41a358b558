import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useEffect } from "react";
import { RouterLink } from "./router-link.tsx";

export interface Crumb {
  readonly text: string;
  /** Below `/console`. */
  readonly to: string;
}

/** A page: its one `h1`, its breadcrumbs, its title in the browser's tab, and its panels. */
export function Page({
  title,
  description,
  actions,
  crumbs = [],
  children,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[];
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} | Portcullis`;
  }, [title]);
  return (
    <SpaceBetween size="l">
      <SpaceBetween size="xs">
        {crumbs.length > 0 && (
          <nav className="breadcrumbs" aria-label="Breadcrumbs">
            <ol>
              {crumbs.map(({ text, to }) => (
                <li key={to}>
                  <RouterLink to={to}>{text}</RouterLink>
                </li>
              ))}
              <li aria-current="page" className="break">
                {title}
              </li>
            </ol>
          </nav>
        )}
        <Header variant="h1" description={description} actions={actions}>
          <span className="break">{title}</span>
        </Header>
      </SpaceBetween>
      {children}
    </SpaceBetween>
  );
}
