import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type {
  DecisionDescription,
  NearMissSummary,
} from "@portcullis/control-api/portcullis-client";
import type { PolicyStates } from "./policy-states.ts";
import { RecordedStatement } from "./recorded-statement.tsx";

/** The allows that came near, and what of each did not match. */
export function NearMissesPanel({
  decision: { NearMisses = [] },
  states,
}: {
  readonly decision: DecisionDescription;
  readonly states: PolicyStates;
}) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${NearMisses.length})`}
          description="Statements that would allow the request but for one thing."
        >
          Near misses
        </Header>
      }
    >
      <SpaceBetween size="l">
        {NearMisses.map((miss) => (
          <SpaceBetween key={`${miss.Statement.PolicyId} ${miss.Statement.Index}`} size="xs">
            <Failed miss={miss} />
            <RecordedStatement statement={miss.Statement} state={states(miss.Statement)} />
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Failed({ miss: { FailedElement, Conditions = [] } }: { readonly miss: NearMissSummary }) {
  if (Conditions.length === 0)
    return <strong>Its {FailedElement} does not match the request.</strong>;
  return (
    <ul className="plain-list">
      {Conditions.map(({ Operator, ConditionKey, ExpectedValues, ActualValues }) => (
        <li key={`${Operator} ${ConditionKey}`} className="break">
          <strong>
            {Operator} of {ConditionKey}
          </strong>{" "}
          wants {ExpectedValues.join(" or ")};{" "}
          {ActualValues === undefined
            ? "the request did not have the key."
            : `the request had ${ActualValues.join(", ")}.`}
        </li>
      ))}
    </ul>
  );
}
