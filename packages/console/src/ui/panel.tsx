import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import { Failure } from "./failure.tsx";
import type { Query } from "./use-query.ts";

/** A part of a page that loads, fails and is denied by itself. */
export function Panel<T>({
  title,
  counter,
  description,
  actions,
  query,
  isEmpty,
  empty,
  children,
}: {
  readonly title: string;
  readonly counter?: string | undefined;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly query: Query<T>;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  return (
    <Container
      header={
        <Header variant="h2" counter={counter} description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      <QueryContent query={query} what={title} isEmpty={isEmpty} empty={empty}>
        {children}
      </QueryContent>
    </Container>
  );
}

/** The state of a query: loading, failed, empty, or its data. */
export function QueryContent<T>({
  query,
  what,
  isEmpty,
  empty,
  children,
}: {
  readonly query: Query<T>;
  readonly what: string;
  readonly isEmpty?: ((data: T) => boolean) | undefined;
  readonly empty?: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, failure, isLoading, reload } = query;
  if (failure !== undefined) return <Failure failure={failure} onRetry={reload} />;
  if (data === undefined)
    return isLoading ? (
      <StatusIndicator type="loading">Loading {what.toLowerCase()}</StatusIndicator>
    ) : null;
  if (isEmpty?.(data)) return <Empty>{empty}</Empty>;
  return <>{children(data)}</>;
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: "s" }}>
      {children}
    </Box>
  );
}
