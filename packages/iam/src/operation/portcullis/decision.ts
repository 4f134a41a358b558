import { DAY_MILLISECONDS, daysFrom } from "../../day.ts";
import type {
  GetDecisionInput,
  GetDecisionOutput,
  ListDecisionsInput,
  ListDecisionsOutput,
} from "../../decision/api.ts";
import { describeDecision, describeRequest, summaryOf } from "../../decision/describe-decision.ts";
import { ApiError, validationError } from "../../error.ts";
import { type OperationContext, type OperationTable, operation } from "../../model/operation.ts";
import {
  DECISION_DAYS,
  type DecisionRecord,
  type DroppedRecord,
  decisionKey,
  decisionRequestKey,
  decisionsPartition,
  droppedKey,
  MAX_DECISION_DAYS,
} from "../../record/decision.ts";
import { decodeAuthorizationMessage } from "../../sealing/decode-authorization-message.ts";
import { SealBroken } from "../../sealing/sealer.ts";
import { newestFirst } from "../../storage/newest-first.ts";

interface Found {
  readonly id: string;
  readonly record: DecisionRecord;
}

export const decisionOperations: OperationTable = {
  GetDecision: operation<GetDecisionInput, GetDecisionOutput & { $metadata?: object }>({
    action: "portcullis:GetDecision",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const found = await findDecision(context, input);
      if (found === undefined) throw noSuchDecision();
      return { Decision: describeDecision(found.id, found.record, context) };
    },
    // A caller may always ask why it was denied itself. Policies are not shown to it.
    async insteadOfDenial(context, input) {
      const { principal } = context.caller;
      const found = await findDecision(context, input);
      const isOwn =
        "userId" in principal &&
        found?.record.userId === principal.userId &&
        found.record.outcome !== "allowed";
      return isOwn ? { Decision: describeRequest(found.id, found.record) } : undefined;
    },
  }),

  ListDecisions: operation<ListDecisionsInput, ListDecisionsOutput & { $metadata?: object }>({
    action: "portcullis:ListDecisions",
    target: () => ({ arn: "*" }),
    run: listDecisions,
  }),
};

/** The decision of the caller's account. Undefined: there is none, or none any more. */
async function findDecision(
  context: OperationContext,
  { DecisionId, RequestId, EncodedMessage }: GetDecisionInput,
): Promise<Found | undefined> {
  const given = [DecisionId, RequestId, EncodedMessage].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw validationError("Give exactly one of DecisionId, RequestId and EncodedMessage.");
  const { account, unit } = context;
  // The control API's request ids are the ids of their decisions.
  const id =
    DecisionId ??
    (RequestId === undefined
      ? idOfMessage(context, EncodedMessage ?? "")
      : ((await unit.get(decisionRequestKey(account, RequestId)))?.decisionId ?? RequestId));
  const key = id === undefined ? undefined : decisionKey(account, id);
  const record = key && (await unit.get(key));
  return id !== undefined && record !== undefined ? { id, record } : undefined;
}

function idOfMessage({ sealer, account }: OperationContext, encoded: string): string | undefined {
  try {
    return JSON.parse(decodeAuthorizationMessage(sealer, account, encoded)).decisionId;
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

const noSuchDecision = (): ApiError =>
  new ApiError(
    "ResourceNotFoundException",
    "The decision was not found. It does not exist, or is no longer kept.",
  );

async function listDecisions(
  { unit, account, now }: OperationContext,
  input: ListDecisionsInput,
): Promise<ListDecisionsOutput> {
  const { PrincipalArn, Action, Outcome, StartTime, EndTime, MaxResults = 50, NextToken } = input;
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
    throw validationError("StartTime is after EndTime.");
  const action = Action?.toLowerCase();
  const from = Math.max(
    StartTime?.getTime() ?? now.getTime() - (DECISION_DAYS + 1) * DAY_MILLISECONDS,
    now.getTime() - (MAX_DECISION_DAYS + 1) * DAY_MILLISECONDS,
  );
  const to = Math.min(EndTime?.getTime() ?? Infinity, now.getTime() + 60_000);
  const days = daysFrom(to, from);
  const { items, token } = await newestFirst<DecisionRecord, Found>(unit, {
    account,
    partitions: days.map(decisionsPartition),
    from,
    to,
    limit: MaxResults,
    token: NextToken,
    badToken: () => validationError("The NextToken is not one that ListDecisions answered."),
    select: ({ key, data }) => {
      if (Outcome !== undefined && data.outcome !== Outcome) return undefined;
      if (PrincipalArn !== undefined && !isOf(data, PrincipalArn)) return undefined;
      if (action !== undefined && data.action?.toLowerCase() !== action) return undefined;
      return { id: key.sort, record: data };
    },
  });
  const Decisions = items.map(({ id, record }) => summaryOf(id, record));
  if (token !== undefined) return { Decisions, NextToken: token };
  const dropped = await unit.getAll(days.map((day) => droppedKey(account, day)));
  return {
    Decisions,
    DroppedDecisions: sumOf(dropped, "decisions"),
    DroppedEvents: sumOf(dropped, "events"),
    DroppedCounts: sumOf(dropped, "counts"),
  };
}

const sumOf = (records: readonly (DroppedRecord | undefined)[], what: keyof DroppedRecord) =>
  records.reduce((sum, record) => sum + (record?.[what] ?? 0), 0);

/** A role stands for its sessions. */
function isOf({ principalArn, detail }: DecisionRecord, arn: string): boolean {
  if (principalArn === arn) return true;
  const principal = detail?.principal;
  return principal?.type === "AssumedRole" && principal.roleArn === arn;
}
