import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ComponentProps, lazy, Suspense } from "react";

const LoadedDiff = lazy(() => import("../editor/document-diff.tsx"));
const LoadedWords = lazy(() => import("./change-words.tsx"));

/** Two documents compared; the code for it loads when it is first shown. */
export const DocumentDiff = (props: ComponentProps<typeof LoadedDiff>) => (
  <Suspense fallback={<Loading />}>
    <LoadedDiff {...props} />
  </Suspense>
);

/** What a change newly allows or denies; likewise. */
export const ChangeWords = (props: ComponentProps<typeof LoadedWords>) => (
  <Suspense fallback={<Loading />}>
    <LoadedWords {...props} />
  </Suspense>
);

const Loading = () => <StatusIndicator type="loading">Loading the comparison</StatusIndicator>;
