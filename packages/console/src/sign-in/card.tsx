import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FormEvent, ReactNode } from "react";

/** The form in the middle of a page that has no navigation. */
export function Card({
  title,
  onSubmit,
  children,
}: {
  readonly title: string;
  readonly onSubmit: (event: FormEvent) => void;
  readonly children: ReactNode;
}) {
  return (
    <form className="sign-in-card" onSubmit={onSubmit} noValidate={true}>
      <SpaceBetween size="m">
        <Box variant="h1">{title}</Box>
        {children}
      </SpaceBetween>
    </form>
  );
}
