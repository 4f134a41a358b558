import { setImmediate } from "node:timers/promises";
import {
  type AccessRecord,
  generatePolicyInSteps,
  indexServices,
  type ServiceReference,
} from "@portcullis/analysis";
import type { AccessReportInput, AccessReportOutput } from "../../decision/api.ts";
import { type OperationContext, type OperationTable, operation } from "../../model/operation.ts";
import { type AccessCountRecord, accessCountsPartition, dayOf } from "../../record/decision.ts";

const DAY = 86_400_000;
const DEFAULT_DAYS = 30;
/** Counts that one call looks at, and answers. The report says if there are more. */
const LOOKED_AT = 10_000;
const ANSWERED = 1_000;
const PAGE = 500;

export const accessReportOperations: OperationTable = {
  GetAccessReport: operation<AccessReportInput, AccessReportOutput & { $metadata?: object }>({
    action: "portcullis:GetAccessReport",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const { PrincipalArn, ObservedOnly = false } = input;
      const { counts, isComplete } = await readCounts(context, input);
      const wanted = counts.filter(
        ({ observed, allowed }) => observed > 0 || (!ObservedOnly && allowed > 0),
      );
      const documents = PrincipalArn === undefined ? undefined : await documentsFor(wanted);
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
        PolicyDocuments: documents,
        IsComplete: isComplete && wanted.length <= ANSWERED,
      };
    },
  }),
};

/** The policies that allow what was used. Other requests get their turn between steps. */
async function documentsFor(counts: readonly AccessCountRecord[]): Promise<readonly string[]> {
  const services = indexServices(referencesOf(counts));
  const work = generatePolicyInSteps(counts.flatMap(recordsOf), services);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value.documents;
    await setImmediate();
  }
}

/** The counts of a period as sums over its days. */
async function readCounts(
  { unit, account, now }: OperationContext,
  { PrincipalArn, Days = DEFAULT_DAYS }: AccessReportInput,
): Promise<{ readonly counts: readonly AccessCountRecord[]; readonly isComplete: boolean }> {
  const sums = new Map<string, AccessCountRecord>();
  let left = LOOKED_AT;
  for (let day = 0; day < Days; day++) {
    const partition = accessCountsPartition(dayOf(now.getTime() - day * DAY));
    let after: string | undefined;
    for (let more = true; more; ) {
      if (left <= 0) return { counts: [...sums.values()], isComplete: false };
      const range = { account, partition, limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page = await unit.query<AccessCountRecord>(range);
      for (const { key, data } of page.records) {
        after = key.sort;
        if (PrincipalArn !== undefined && data.principalArn !== PrincipalArn) continue;
        const name = `${data.principalArn} ${data.action} ${data.pattern} ${data.route}`;
        const before = sums.get(name);
        sums.set(name, before === undefined ? data : sumOf(before, data));
      }
      left -= page.records.length;
      ({ more } = page);
    }
  }
  return { counts: [...sums.values()], isComplete: true };
}

/** The days come newest first. */
const sumOf = (later: AccessCountRecord, earlier: AccessCountRecord): AccessCountRecord => ({
  ...later,
  allowed: later.allowed + earlier.allowed,
  denied: later.denied + earlier.denied,
  observed: later.observed + earlier.observed,
  resources: [...new Set([...later.resources, ...earlier.resources])],
  more: later.more || earlier.more,
});

const recordsOf = ({ action, resources }: AccessCountRecord): AccessRecord[] =>
  resources.map((resource) => ({ action, resource }));

/**
 * The patterns as a service reference, which says where resources vary. A part with more than one
 * value becomes `*`.
 */
function referencesOf(counts: readonly AccessCountRecord[]): readonly ServiceReference[] {
  const services = new Map<string, Map<string, string[]>>();
  for (const { action, pattern } of counts) {
    const [service = "", name = ""] = action.split(":");
    const actions = services.get(service) ?? new Map<string, string[]>();
    services.set(service, actions);
    const formats = actions.get(name) ?? [];
    actions.set(name, formats);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ARN formats have this form
    const format = pattern.replaceAll("*", "${Any}");
    if (!formats.includes(format)) formats.push(format);
  }
  return [...services].map(([Name, actions]) => ({
    Name,
    Actions: [...actions.keys()].map((action) => ({
      Name: action,
      Resources: [{ Name: action }],
    })),
    Resources: [...actions].map(([action, ARNFormats]) => ({ Name: action, ARNFormats })),
  }));
}
