import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import { lazy, Suspense, useState } from "react";
import { BASE } from "../../app/paths.ts";
import { pageOfPrincipal, principalOf } from "../../decisions/principal.ts";
import { editTrust } from "../../documents/addresses.ts";
import { readableJson } from "../../editor/format-json.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import type { PolicyStates } from "./policy-states.ts";
import { type Obstacle, remedyOf } from "./remedy.ts";
import { simulatorLink } from "./simulator-link.ts";

const AcceptDialog = lazy(() => import("./accept-dialog.tsx"));

/** What would allow the request: a statement to add, or what must change before one helps. */
export function RemedyPanel({
  decision,
  states,
}: {
  readonly decision: DecisionDescription;
  readonly states: PolicyStates;
}) {
  const session = useSession();
  const follow = useFollow();
  const [isAccepting, setAccepting] = useState(false);
  const [addedTo, setAddedTo] = useState<string>();
  const account = session === undefined ? "" : activeAccount(session);
  const remedy = remedyOf(decision, account);
  const simulator = simulatorLink(decision);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {simulator !== undefined && (
                <Button href={`${BASE}${simulator}`} onFollow={follow}>
                  Try in the simulator
                </Button>
              )}
              {remedy.kind === "add" && (
                <Button variant="primary" onClick={() => setAccepting(true)}>
                  Add this statement
                </Button>
              )}
            </SpaceBetween>
          }
        >
          What would allow it
        </Header>
      }
    >
      <SpaceBetween size="m">
        {addedTo !== undefined && (
          <StatusIndicator type="success">
            <span className="break">
              Added to {addedTo}. It is in force: send the request again.
            </span>
          </StatusIndicator>
        )}
        {isOutdated(decision, states) && addedTo === undefined && (
          <Alert type="warning">
            A policy that took part was changed since. Send the request again first: it may be
            decided otherwise by now.
          </Alert>
        )}
        {remedy.kind === "none" && (
          <Box variant="p">
            No statement would, or the record has too little to tell. Change the principal or the
            request.
          </Box>
        )}
        {remedy.kind === "add" && (
          <>
            <Box variant="p">This statement alone, in a policy of the principal:</Box>
            <CodeBlock text={readableJson(remedy.statement)} what="Statement" />
          </>
        )}
        {remedy.kind === "obstacles" && (
          <>
            {remedy.obstacles.length > 1 && (
              <Box variant="p">
                {remedy.obstacles.length} things must change. None of them is enough alone.
              </Box>
            )}
            {remedy.obstacles.map((obstacle) => (
              <ObstacleItem
                key={`${obstacle.policyType} ${obstacle.statement ?? ""}`}
                obstacle={obstacle}
                decision={decision}
                account={account}
                states={states}
              />
            ))}
          </>
        )}
      </SpaceBetween>
      {isAccepting && remedy.kind === "add" && (
        <Suspense fallback={null}>
          <AcceptDialog
            principal={principalOf(decision.PrincipalArn ?? "")}
            statement={remedy.statement}
            onDone={setAddedTo}
            onClose={() => setAccepting(false)}
          />
        </Suspense>
      )}
    </Container>
  );
}

/** Whether a policy of the decision is another one by now, as far as it may be read. */
const isOutdated = (
  { Verdicts = [], NearMisses = [] }: DecisionDescription,
  states: PolicyStates,
): boolean =>
  [
    ...Verdicts.flatMap(({ Statements }) => Statements),
    ...NearMisses.map(({ Statement }) => Statement),
  ].some((statement) => states(statement)?.isChanged === true);

function ObstacleItem({
  obstacle: { policyType, denies, sentence, statement },
  decision: { PrincipalArn = "", ResourceArn = "" },
  account,
  states,
}: {
  readonly obstacle: Obstacle;
  readonly decision: DecisionDescription;
  readonly account: string;
  readonly states: PolicyStates;
}) {
  const page = pageOfPrincipal(principalOf(PrincipalArn), account);
  const trusting = policyType === "role trust" && ResourceArn.split(":")[4] === account;
  return (
    <SpaceBetween size="xs">
      <Box variant="p">{sentence}</Box>
      {statement !== undefined && (
        <CodeBlock text={readableJson(statement)} what={`Statement for a ${policyType} policy`} />
      )}
      {denies.map((deny) => {
        const state = states(deny);
        const named = state?.name ?? (deny.PolicyId || `a ${policyType} policy`);
        const what = `statement ${deny.Sid ?? deny.Index + 1} of ${named}`;
        return (
          <div key={`${deny.PolicyId} ${deny.Index}`} className="break">
            {state?.editor === undefined ? (
              `It is ${what}.`
            ) : (
              <>
                It is {what}. <RouterLink to={state.editor}>Edit {named}</RouterLink>
              </>
            )}
          </div>
        );
      })}
      {policyType === "permissions boundary" && page !== undefined && (
        <RouterLink to={page}>Go to the boundary of {principalOf(PrincipalArn).name}</RouterLink>
      )}
      {trusting && (
        <RouterLink to={editTrust(nameOf(ResourceArn))}>
          Edit the trust policy of {nameOf(ResourceArn)}
        </RouterLink>
      )}
    </SpaceBetween>
  );
}
