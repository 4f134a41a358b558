import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { smallestStatement } from "@portcullis/analysis";
import {
  type AuthorizationRequest,
  type Explanation,
  explain,
  type FailedCondition,
  type Failure,
  type StatementReference,
} from "@portcullis/policy";
import { useMemo } from "react";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import type { CasePolicy } from "./case-policies.ts";
import { gapsOf, outcomeOf, requestOf, type Simulation } from "./decide.ts";
import { Outcome } from "./outcome.tsx";
import { StatementText } from "./statement-text.tsx";
import "./simulator.css";

/** Why a request is decided as it is, and what would allow it. */
export default function DecisionDialog({
  simulation,
  action,
  resource,
  onClose,
}: {
  readonly simulation: Simulation;
  readonly action: string;
  readonly resource: string;
  readonly onClose: () => void;
}) {
  const request = useMemo(
    () => requestOf(simulation, action, resource),
    [simulation, action, resource],
  );
  const explanation = useMemo(() => explain(request), [request]);
  const policyOf = ({ policyId }: StatementReference) =>
    [...simulation.policies.all, ...simulation.trust.values()].find(
      ({ compiled }) => compiled.policyId === policyId,
    );
  const outcome = outcomeOf(simulation, action, resource);
  const gaps = outcome === "unknown" ? gapsOf(simulation, action, resource) : [];
  return (
    <Dialog
      title={`${action} on ${resource}`}
      size="large"
      onClose={onClose}
      buttons={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Outcome outcome={outcome} />
        {gaps.length > 0 && (
          <Alert type="warning" header="Not all that decides could be read">
            {gaps.map((gap) => (
              <div key={gap} className="break">
                {gap}
              </div>
            ))}
          </Alert>
        )}
        <Box variant="p">{sentenceOf(explanation)}</Box>
        <Verdicts explanation={explanation} levels={simulation.levels} />
        <Statements explanation={explanation} policyOf={policyOf} />
        <NearMisses explanation={explanation} policyOf={policyOf} />
        {explanation.decision.outcome !== "allowed" && (
          <WhatWouldAllow request={request} policyOf={policyOf} />
        )}
      </SpaceBetween>
    </Dialog>
  );
}

type PolicyOf = (reference: StatementReference) => CasePolicy | undefined;

function sentenceOf({ decision, exceeded }: Explanation): string {
  if (exceeded !== undefined || ("exceeded" in decision && decision.exceeded !== undefined))
    return "The policies take more steps than a decision may take, so the request is denied.";
  if (decision.outcome === "allowed")
    return "Every kind of policy that must allow the request does, and none denies it.";
  if (decision.outcome === "explicitDeny")
    return `A deny in the ${decision.deniedBy} policies wins over every allow.`;
  return `No ${decision.missing} policy allows the request.`;
}

const VERDICTS = {
  allowed: "allows",
  implicitDeny: "does not allow",
  explicitDeny: "denies",
} as const;

function Verdicts({
  explanation: { verdicts },
  levels,
}: {
  readonly explanation: Explanation;
  readonly levels: readonly string[];
}) {
  if (verdicts.length === 0) return null;
  const own = verdicts.filter(({ policyType }) => policyType === "service control");
  // Of one level alone the name says nothing.
  const nameOf = (verdict: (typeof verdicts)[number]) =>
    own.length > 1 && own.includes(verdict)
      ? `${verdict.policyType}, level ${own.indexOf(verdict) + 1} (${levels[own.indexOf(verdict)] ?? "pasted"})`
      : verdict.policyType;
  return (
    <div>
      <Box variant="h3">Each kind of policy alone</Box>
      <ul className="plain-list">
        {verdicts.map((verdict, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: levels of one kind have no other identity
          <li key={at}>
            {nameOf(verdict)}: {VERDICTS[verdict.outcome]}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of a denial all denies that apply; of an allow all statements that apply. */
function Statements({
  explanation: { decision, matched },
  policyOf,
}: {
  readonly explanation: Explanation;
  readonly policyOf: PolicyOf;
}) {
  const isDenied = decision.outcome === "explicitDeny";
  const shown = isDenied ? matched.filter(({ effect }) => effect === "Deny") : matched;
  if (shown.length === 0) return null;
  const title =
    decision.outcome === "implicitDeny" ? "Statements that apply" : "Deciding statements";
  return (
    <SpaceBetween size="s">
      <Box variant="h3">{title}</Box>
      {shown.slice(0, SHOWN).map((reference) => {
        const policy = policyOf(reference);
        return policy === undefined ? null : (
          <StatementText
            key={`${reference.policyId} ${reference.index}`}
            policy={policy}
            index={reference.index}
          />
        );
      })}
      {shown.length > SHOWN && <Box variant="small">And {shown.length - SHOWN} more.</Box>}
    </SpaceBetween>
  );
}

const SHOWN = 5;

function NearMisses({
  explanation: { nearMisses },
  policyOf,
}: {
  readonly explanation: Explanation;
  readonly policyOf: PolicyOf;
}) {
  if (nearMisses.length === 0) return null;
  return (
    <SpaceBetween size="s">
      <Box variant="h3">The closest allows, and what failed</Box>
      {nearMisses.slice(0, SHOWN).map(({ statement, failed }) => {
        const policy = policyOf(statement);
        return policy === undefined ? null : (
          <div key={`${statement.policyId} ${statement.index}`}>
            <Failed failed={failed} />
            <StatementText policy={policy} index={statement.index} />
          </div>
        );
      })}
    </SpaceBetween>
  );
}

function Failed({ failed }: { readonly failed: Failure }) {
  if (failed.element !== "condition")
    return <Box variant="p">Its {failed.element} does not match the request.</Box>;
  return (
    <ul className="plain-list">
      {failed.conditions.map((condition) => (
        <li key={`${condition.operator} ${condition.key}`} className="break">
          {conditionSentence(condition)}
        </li>
      ))}
    </ul>
  );
}

function conditionSentence({ operator, key, wanted, actual }: FailedCondition): string {
  const has =
    actual === undefined
      ? `the request has no ${key}`
      : `the request has ${typeof actual === "string" ? actual : actual.join(", ")}`;
  return `${operator} of ${key} wants ${wanted.join(" or ")}; ${has}.`;
}

function WhatWouldAllow({
  request,
  policyOf,
}: {
  readonly request: AuthorizationRequest;
  readonly policyOf: PolicyOf;
}) {
  const answer = useMemo(() => smallestStatement(request), [request]);
  if (answer.outcome === "allowed") return null;
  return (
    <SpaceBetween size="s">
      <Box variant="h3">What would allow this</Box>
      {answer.outcome === "impossible" && (
        <Box variant="p">No statement would: change the principal or the request.</Box>
      )}
      {answer.outcome === "denied" && (
        <Box variant="p">
          No statement, while {nameIn(policyOf, answer)} denies it. Change or remove the deny first.
        </Box>
      )}
      {answer.outcome === "add" &&
        answer.additions.map(({ policyType, level, statement }) => (
          <div key={`${policyType} ${level ?? ""}`}>
            <Box variant="p">This statement in a {policyType} policy:</Box>
            <CodeBlock
              text={JSON.stringify(statement, null, 2)}
              what={`Statement for a ${policyType} policy`}
            />
          </div>
        ))}
    </SpaceBetween>
  );
}

const nameIn = (
  policyOf: PolicyOf,
  {
    deniedBy,
    policyId,
    statementIndex,
  }: { deniedBy: StatementReference["policyType"]; policyId: string; statementIndex: number },
): string =>
  policyOf({ policyId, policyType: deniedBy, index: statementIndex })?.name ??
  `a ${deniedBy} policy`;
