import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { describeChange } from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { useMemo } from "react";

const SHOWN = 10;

/** An empty text: there is no policy. */
const documentsOf = (text: string): readonly string[] => (text === "" ? [] : [text]);

/** In words, what a changed document newly allows or denies. */
export default function ChangeWords({
  before,
  after,
  kind,
}: {
  readonly before: string;
  readonly after: string;
  readonly kind: PolicyKind;
}) {
  const change = useMemo(
    () => describeChange(documentsOf(before), documentsOf(after), { kind }),
    [before, after, kind],
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
        {items.slice(0, SHOWN).map(({ sentence }) => (
          <li key={sentence} className="break">
            {sentence.replaceAll("`", "").trim()}
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
