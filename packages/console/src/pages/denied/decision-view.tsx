import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import { DecisionOutcome } from "../../decisions/outcome.tsx";
import { ContextPanel } from "./context-panel.tsx";
import { NearMissesPanel } from "./near-misses-panel.tsx";
import { PoliciesPanel } from "./policies-panel.tsx";
import { usePolicyStates } from "./policy-states.ts";
import { RemedyPanel } from "./remedy-panel.tsx";
import { RequestPanel } from "./request-panel.tsx";
import "./denied.css";

/** All that is recorded of a decision, and what would have allowed the request. */
export function DecisionView({ decision }: { readonly decision: DecisionDescription }) {
  const states = usePolicyStates(decision);
  // Without the permission to read decisions, a caller is told its own request alone.
  const isWhole = decision.ContextEntries !== undefined;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description={<span className="break">{sentenceOf(decision)}</span>}>
            <DecisionOutcome outcome={decision.Outcome} isObserved={decision.Observed} />
          </Header>
        }
      >
        <RequestPanel decision={decision} />
      </Container>
      {!isWhole && decision.Outcome !== "allowed" && (
        <Alert type="info" header="The policies are not shown to you">
          This was your own request. Who may call portcullis:GetDecision sees the policies that
          decided, and what would allow it. Send them the address of this page.
        </Alert>
      )}
      {isWhole && decision.Outcome !== "allowed" && (
        <RemedyPanel decision={decision} states={states} />
      )}
      <PoliciesPanel decision={decision} states={states} isWhole={isWhole} />
      {(decision.NearMisses?.length ?? 0) > 0 && (
        <NearMissesPanel decision={decision} states={states} />
      )}
      {isWhole && <ContextPanel decision={decision} />}
    </SpaceBetween>
  );
}

function sentenceOf({
  Outcome,
  Observed,
  Reason,
  Action,
  ResourceArn,
}: DecisionDescription): string {
  const request = Action === undefined ? "The request" : `${Action} on ${ResourceArn}`;
  const why = Reason === undefined ? "" : `: ${Reason}`;
  if (Outcome === "allowed") return `${request} was allowed.`;
  const passed = Observed ? " It was let through, because the API is only observed." : "";
  return `${request} was denied${why}.${passed}`;
}
