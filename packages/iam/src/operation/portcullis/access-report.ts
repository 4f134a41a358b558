import { generatePolicyInSteps, indexServices } from "@portcullis/analysis";
import { DAY_MILLISECONDS } from "../../day.ts";
import {
  accessRecordsOf,
  readAccessCounts,
  referencesOfPatterns,
} from "../../decision/access-counts.ts";
import type { AccessReportInput, AccessReportOutput } from "../../decision/api.ts";
import { type OperationTable, operation } from "../../model/operation.ts";
import type { AccessCountRecord } from "../../record/decision.ts";
import { runInTurns } from "../../run-in-turns.ts";
import { unusedActions } from "./unused-actions.ts";

const DEFAULT_DAYS = 30;
/** Counts that one call looks at, and answers. The report says if there are more. */
const LOOKED_AT = 10_000;
const ANSWERED = 1_000;

export const accessReportOperations: OperationTable = {
  GetAccessReport: operation<AccessReportInput, AccessReportOutput & { $metadata?: object }>({
    action: "portcullis:GetAccessReport",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const { unit, account, now } = context;
      const { PrincipalArn, Days = DEFAULT_DAYS, ObservedOnly = false } = input;
      const to = now.getTime();
      // Sessions are counted for their role, whose path their ARNs do not have.
      const wantedArn = PrincipalArn?.replace(/^(arn:aws:iam::\d{12}:role\/)(?:.*\/)?/, "$1");
      const { counts, isComplete } = await readAccessCounts(
        unit,
        { account, from: to - (Days - 1) * DAY_MILLISECONDS, to, limit: LOOKED_AT },
        ({ principalArn }) => wantedArn === undefined || principalArn === wantedArn,
      );
      const wanted = counts.filter(
        ({ observed, allowed }) => observed > 0 || (!ObservedOnly && allowed > 0),
      );
      return {
        Entries: wanted.slice(0, ANSWERED).map((count) => ({
          PrincipalArn: count.principalArn,
          Action: count.action,
          ResourcePattern: count.pattern,
          Route: count.route,
          Allowed: count.allowed,
          Observed: count.observed,
          LastTime: new Date(count.last),
        })),
        PolicyDocuments: PrincipalArn === undefined ? undefined : await policiesFor(wanted),
        // Of counts that are not all there, nothing can be called unused.
        UnusedActions:
          PrincipalArn === undefined || !isComplete
            ? undefined
            : await unusedActions(context, PrincipalArn, counts),
        IsComplete: isComplete && wanted.length <= ANSWERED,
      };
    },
  }),
};

async function policiesFor(counts: readonly AccessCountRecord[]): Promise<readonly string[]> {
  const services = indexServices(referencesOfPatterns(counts));
  const { documents } = await runInTurns(generatePolicyInSteps(accessRecordsOf(counts), services));
  return documents;
}
