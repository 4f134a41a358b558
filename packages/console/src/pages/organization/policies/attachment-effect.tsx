import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { describeChange } from "@portcullis/analysis";
import { documentOf } from "../../../organization/levels.ts";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";

const SHOWN = 8;

/** What another set of policies at a target allows and denies, in words. */
export default function AttachmentEffect({
  before,
  after,
  target,
}: {
  /** Ids of policies. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly target: { readonly name: string };
}) {
  const query = useQuery(
    async (abortSignal) => {
      const read = (ids: readonly string[]) =>
        Promise.all(ids.map((id) => documentOf(id, { abortSignal })));
      const [former, later] = await Promise.all([read(before), read(after)]);
      return describeChange(former, later, { kind: "serviceControl" });
    },
    [before.join(), after.join()],
  );
  return (
    <div>
      <Box variant="h3">
        What changes at <bdi className="break">{target.name}</bdi>
      </Box>
      <QueryContent query={query} what="What changes">
        {(change) => {
          if (change.result === "SAME")
            return (
              <StatusIndicator type="info">
                It allows and denies the same as before.
              </StatusIndicator>
            );
          const items = [
            ...change.newlyDenied,
            ...change.newlyDenies,
            ...change.newlyAllowed,
            ...change.noLongerDenies,
          ];
          return (
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
          );
        }}
      </QueryContent>
    </div>
  );
}
