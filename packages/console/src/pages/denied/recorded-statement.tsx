import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { StatementSummary } from "@portcullis/control-api/portcullis-client";
import { readableJson } from "../../editor/format-json.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import type { PolicyState } from "./policy-states.ts";

/** A statement as it was at the decision, and what became of its policy since. */
export function RecordedStatement({
  statement,
  state,
}: {
  readonly statement: StatementSummary;
  /** Undefined as long as it is not read. */
  readonly state: PolicyState | undefined;
}) {
  const { Sid, Index, PolicyVersionId, Text, PolicyId, PolicyType } = statement;
  const name = state?.name ?? (PolicyId || `a ${PolicyType} policy`);
  const what = Sid === undefined ? `Statement ${Index + 1}` : `Statement ${Sid}`;
  return (
    <div className="recorded-statement">
      <div className="break">
        {what} of{" "}
        {state?.page === undefined ? name : <RouterLink to={state.page}>{name}</RouterLink>}
        {PolicyVersionId !== undefined && `, version ${PolicyVersionId}`}
      </div>
      {Text === undefined ? (
        <Box color="text-body-secondary">Its text is not recorded.</Box>
      ) : (
        <CodeBlock text={readableJson(Text)} what={`${what} of ${name}`} />
      )}
      {state !== undefined && (
        <StatusIndicator type={state.isChanged === true ? "warning" : "info"}>
          {state.since}
        </StatusIndicator>
      )}
    </div>
  );
}
