import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type {
  DecisionDescription,
  StatementSummary,
} from "@portcullis/control-api/portcullis-client";
import { DecisionOutcome } from "../../decisions/outcome.tsx";
import { Empty } from "../../ui/panel.tsx";
import type { PolicyStates } from "./policy-states.ts";
import { RecordedStatement } from "./recorded-statement.tsx";

/** What the policies of each type said, with the statements that applied. */
export function PoliciesPanel({
  decision: { Verdicts = [] },
  states,
  isWhole,
}: {
  readonly decision: DecisionDescription;
  readonly states: PolicyStates;
  /** False: of the policies the types alone are known. */
  readonly isWhole: boolean;
}) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Every type must allow the request. A deny in any of them wins."
        >
          Each type of policy
        </Header>
      }
    >
      {Verdicts.length === 0 && <Empty>No policy was evaluated.</Empty>}
      <SpaceBetween size="l">
        {Verdicts.map(({ PolicyType, Outcome, Statements }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: levels of one type have no other identity
          <SpaceBetween key={at} size="s">
            <Header variant="h3" description={<DecisionOutcome outcome={Outcome} />}>
              {titleOf(PolicyType)}
            </Header>
            {Statements.filter(isShown).map((statement) => (
              <RecordedStatement
                key={`${statement.PolicyId} ${statement.Index}`}
                statement={statement}
                state={states(statement)}
              />
            ))}
            {isWhole && !Statements.some(isShown) && (
              <Box color="text-body-secondary">
                {Statements.length === 0 && PolicyType !== "service control"
                  ? "No statement applies to the request."
                  : `They are ${ownerOf(PolicyType)}, and are not shown here.`}
              </Box>
            )}
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
}

const titleOf = (policyType: string): string => {
  const title = `${policyType.charAt(0).toUpperCase()}${policyType.slice(1)}`;
  return title.endsWith("boundary") ? title : `${title} policies`;
};

/** Of policies that are not the account's own only the verdict is recorded. */
const isShown = ({ PolicyId, Text }: StatementSummary): boolean =>
  PolicyId !== "" || Text !== undefined;

const ownerOf = (policyType: string): string =>
  policyType === "service control" ? "the organization's" : "another account's";
