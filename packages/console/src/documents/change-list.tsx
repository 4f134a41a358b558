import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { describeChange, type Services } from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { useMemo } from "react";
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
  if (change.result === "SAME")
    return <StatusIndicator type="info">It allows and denies the same as before.</StatusIndicator>;
  const items = [
    ...change.newlyAllowed,
    ...change.noLongerDenies,
    ...change.newlyDenied,
    ...change.newlyDenies,
  ];
  return (
    <div>
      <Box variant="h3">What changes</Box>
      <ul className="plain-list">
        {items.slice(0, SHOWN).map(({ sentence, example }) => (
          <li key={sentence} className="break">
            {sentence.replaceAll("`", "").trim()}
            <div className="example-request">{exampleSentence(example, kind)}</div>
          </li>
        ))}
        {items.length > SHOWN && <li>and {items.length - SHOWN} more</li>}
        {change.undecided.map((why) => (
          <li key={why} className="break">
            {why}
          </li>
        ))}
      </ul>
    </div>
  );
}
