import { smallestStatement } from "@portcullis/analysis";
import type { Decision, Policy } from "@portcullis/policy";
import { type ContextValue, compilePolicy, parsePolicy } from "@portcullis/policy";
import type { DecisionRecord, RecordedStatement } from "../record/decision.ts";
import {
  encodeAuthorizationMessage,
  type RefusedRequest,
} from "../sealing/authorization-message.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type {
  DecisionDescription,
  DecisionSummary,
  NearMissSummary,
  StatementSummary,
  SuggestedStatement,
} from "./api.ts";
import { recordedRequest } from "./recorded-request.ts";

/** A decision in a list. */
export const summaryOf = (id: string, record: DecisionRecord): DecisionSummary => ({
  DecisionId: id,
  RequestId: record.requestId,
  Time: new Date(record.time),
  PrincipalArn: record.principalArn,
  AccessKeyId: record.accessKeyId,
  Action: record.action,
  ResourceArn: record.resource,
  Outcome: record.outcome,
  Observed: record.observed === true,
  Reason: record.reason,
});

/** What the caller of a request knows of it already: nothing of the policies but their types. */
export function describeRequest(id: string, record: DecisionRecord): DecisionDescription {
  const { api, method, route, sourceIp, detail } = record;
  return {
    ...summaryOf(id, record),
    Api: api,
    Method: method,
    Route: route,
    SourceIpAddress: sourceIp,
    UserAgent: detail?.userAgent,
    Verdicts: detail?.verdicts.map(({ policyType, outcome }) => ({
      PolicyType: policyType,
      Outcome: outcome,
      Statements: [],
    })),
  };
}

/** All of a record, with what would have allowed the request. */
export function describeDecision(
  id: string,
  record: DecisionRecord,
  { account, sealer }: { readonly account: string; readonly sealer: Sealer },
): DecisionDescription {
  const { detail } = record;
  if (detail === undefined) return describeRequest(id, record);
  return {
    ...describeRequest(id, record),
    ContextEntries: detail.context.map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyValues: valuesOf(value),
    })),
    Verdicts: detail.verdicts.map(({ policyType, outcome, statements }) => ({
      PolicyType: policyType,
      Outcome: outcome,
      Statements: statements.map(statementSummary),
    })),
    NearMisses: detail.nearMisses.map(
      ({ statement, failedElement, conditions }): NearMissSummary => ({
        Statement: statementSummary(statement),
        FailedElement: failedElement,
        Conditions: conditions.map(({ operator, key, wanted, actual }) => ({
          Operator: operator,
          ConditionKey: key,
          ExpectedValues: wanted,
          ActualValues: actual,
        })),
      }),
    ),
    MissingContextKeys: detail.missingKeys,
    SuggestedStatements: suggestionsOf(record),
    EncodedMessage: encodedMessage(id, record, account, sealer),
  };
}

/** The smallest statements that would have allowed a request. Undefined: none would. */
function suggestionsOf(record: DecisionRecord): readonly SuggestedStatement[] | undefined {
  const { detail } = record;
  if (detail === undefined || detail.decision.outcome !== "implicitDeny") return undefined;
  const smallest = smallestStatement(recordedRequest(record, detail));
  if (smallest.outcome !== "add") return undefined;
  return smallest.additions.map(({ policyType, statement }) => ({
    PolicyType: policyType,
    Statement: JSON.stringify(statement),
  }));
}

function encodedMessage(
  id: string,
  record: DecisionRecord,
  account: string,
  sealer: Sealer,
): string | undefined {
  const { detail, action = "", resource = "" } = record;
  if (detail === undefined || detail.decision.outcome === "allowed") return undefined;
  const { decision, verdicts, principal, resourceAccount, userName, context } = detail;
  const statements = verdicts
    .filter(({ policyType }) => "deniedBy" in decision && policyType === decision.deniedBy)
    .flatMap((verdict) => verdict.statements)
    .filter(({ effect, text }) => effect === "Deny" && text !== undefined);
  const refused: RefusedRequest = {
    request: {
      principal,
      action,
      resource,
      ...(resourceAccount === undefined ? {} : { resourceAccount }),
      policies: { identity: statements.flatMap(asPolicy) },
    },
    decision: { ...decision, statements } as Exclude<Decision, { outcome: "allowed" }>,
    account,
    userName,
    decisionId: id,
    conditions: context,
  };
  return encodeAuthorizationMessage(sealer, refused) || undefined;
}

/** A policy that has the statement, alone, at its index. */
function asPolicy({ text = "", index, policyId, policyType }: RecordedStatement) {
  const kind =
    policyType === "role trust" ? "trust" : text.includes('Principal"') ? "resource" : "identity";
  const parsed = parsePolicy(`{"Version":"2012-10-17","Statement":[${text}]}`, kind);
  if (!parsed.ok) return [];
  const [statement] = parsed.policy.statements;
  const policy: Policy = {
    ...parsed.policy,
    statements: Array.from({ length: index + 1 }, () => statement!),
  };
  return [{ ...compilePolicy(parsed.policy, { policyId, type: policyType }), policy }];
}

const statementSummary = (statement: RecordedStatement): StatementSummary => ({
  PolicyType: statement.policyType,
  PolicyId: statement.policyId,
  PolicyVersionId: statement.versionId,
  Sid: statement.sid,
  Index: statement.index,
  Effect: statement.effect,
  Text: statement.text,
});

const valuesOf = (value: ContextValue): readonly string[] =>
  typeof value === "string" ? [value] : value;
