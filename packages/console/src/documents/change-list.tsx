import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import {
  type ChangeItem,
  describeChange,
  type PolicyChange,
  type Services,
} from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { type ReactNode, useMemo } from "react";
import { exampleSentence } from "./example-request.ts";

const SHOWN = 10;

/** An empty text: there is no policy. */
const documentsOf = (text: string): readonly string[] => (text === "" ? [] : [text]);

/** In words, what a changed document newly allows or denies, each with a request that shows it. */
export function ChangeList({
  before,
  after,
  kind,
  services,
}: {
  /** Empty: there is none. */
  readonly before: string;
  readonly after: string;
  readonly kind: PolicyKind;
  readonly services: Services | undefined;
}) {
  const change = useMemo(
    () => describeChange(documentsOf(before), documentsOf(after), { kind, services }),
    [before, after, kind, services],
  );
  if (change.result === "INVALID") return null;
  if (change.result === "SAME") return <Unchanged />;
  return (
    <div>
      <Box variant="h3">What changes</Box>
      <ChangeItems
        items={[
          ...change.newlyAllowed,
          ...change.noLongerDenies,
          ...change.newlyDenied,
          ...change.newlyDenies,
        ]}
        undecided={change.undecided}
        detail={({ example }) => (
          <div className="example-request">{exampleSentence(example, kind)}</div>
        )}
      />
    </div>
  );
}

export const Unchanged = () => (
  <StatusIndicator type="info">It allows and denies the same as before.</StatusIndicator>
);

/** What changes, a sentence each, and what could not be compared. */
export function ChangeItems({
  items,
  undecided,
  detail,
}: {
  readonly items: readonly ChangeItem[];
  readonly undecided: PolicyChange["undecided"];
  /** Shown below a sentence. */
  readonly detail?: (item: ChangeItem) => ReactNode;
}) {
  return (
    <ul className="plain-list">
      {items.slice(0, SHOWN).map((item) => (
        <li key={item.sentence} className="break">
          {plainSentence(item.sentence)}
          {detail?.(item)}
        </li>
      ))}
      {items.length > SHOWN && <li>and {items.length - SHOWN} more</li>}
      {undecided.map((why) => (
        <li key={why} className="break">
          {why}
        </li>
      ))}
    </ul>
  );
}

/** Sentences mark names by backticks, as Markdown does. */
export const plainSentence = (sentence: string): string => sentence.replaceAll("`", "").trim();
