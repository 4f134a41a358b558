import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { describeChange } from "@portcullis/analysis";
import { plainSentence } from "../../../documents/change-list.tsx";
import { documentOf } from "../../../organization/levels.ts";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";

const SHOWN = 8;
const KIND = { kind: "serviceControl" } as const;

/** What FullAWSAccess holds: a level with it alone takes nothing away. */
const FULL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** What one level of the organization takes away, in words. */
export default function LevelEffect({ policyIds }: { readonly policyIds: readonly string[] }) {
  const query = useQuery(
    async (abortSignal) =>
      effectOf(await Promise.all(policyIds.map((id) => documentOf(id, { abortSignal })))),
    [...policyIds],
  );
  return (
    <QueryContent query={query} what="The effect">
      {(sentences) =>
        sentences.length === 0 ? (
          <StatusIndicator type="info">This level takes nothing away.</StatusIndicator>
        ) : (
          <ul className="plain-list">
            {sentences.slice(0, SHOWN).map((sentence) => (
              <li key={sentence} className="break">
                {sentence}
              </li>
            ))}
            {sentences.length > SHOWN && <li>and {sentences.length - SHOWN} more</li>}
          </ul>
        )
      }
    </QueryContent>
  );
}

/** Denies, and where not everything is allowed, what is. */
function effectOf(documents: readonly string[]): readonly string[] {
  const denied = describeChange([FULL], [FULL, ...documents], KIND);
  const missing = describeChange(documents, [FULL, ...documents], KIND);
  if (denied.result === "INVALID" || missing.result === "INVALID")
    return ["A policy of this level is not valid, so its effect is not known."];
  const allowed = missing.newlyAllowed.length > 0 ? describeChange([], documents, KIND) : undefined;
  const sentences = [
    ...(allowed?.newlyAllowed ?? []).map(({ sentence }) =>
      sentence.replace("Newly allows", "Allows only"),
    ),
    ...denied.newlyDenied.map(({ sentence }) =>
      sentence.replace("No longer allows", "Denies").replace(", which is denied now", ""),
    ),
    ...denied.undecided,
    ...(allowed === undefined ? missing.undecided : []),
  ];
  return [...new Set(sentences.map(plainSentence))];
}
