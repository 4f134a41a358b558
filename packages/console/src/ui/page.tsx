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
  hasHeader = true,
  children,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[];
  /** False when the page is one table, whose own header is the `h1`. */
  readonly hasHeader?: boolean;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} | Portcullis`;
  }, [title]);
  return (
    <SpaceBetween size="l">
      {(hasHeader || crumbs.length > 0) && (
        <SpaceBetween size="xs">
          {crumbs.length > 0 && <Breadcrumbs crumbs={crumbs} title={title} />}
          {hasHeader && (
            <Header variant="h1" description={description} actions={actions}>
              <span className="break">{title}</span>
            </Header>
          )}
        </SpaceBetween>
      )}
      {children}
    </SpaceBetween>
  );
}

function Breadcrumbs({
  crumbs,
  title,
}: {
  readonly crumbs: readonly Crumb[];
  readonly title: string;
}) {
  return (
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
  );
}
