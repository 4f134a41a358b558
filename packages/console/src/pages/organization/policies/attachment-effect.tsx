import Box from "@cloudscape-design/components/box";
import { describeChange } from "@portcullis/analysis";
import { ChangeItems, Unchanged } from "../../../documents/change-list.tsx";
import { documentOf } from "../../../organization/levels.ts";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";

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
          if (change.result === "INVALID") return "A policy is not valid, so it is not known.";
          if (change.result === "SAME") return <Unchanged />;
          return (
            <ChangeItems
              items={[
                ...change.newlyDenied,
                ...change.newlyDenies,
                ...change.newlyAllowed,
                ...change.noLongerDenies,
              ]}
              undecided={change.undecided}
            />
          );
        }}
      </QueryContent>
    </div>
  );
}
