import { generatePolicyInSteps, indexServices } from "@portcullis/analysis";
import {
  accessRecordsOf,
  readAccessCounts,
  referencesOfPatterns,
} from "../../decision/access-counts.ts";
import type { OperationContext } from "../../model/operation.ts";
import type { PolicyGenerationRecord } from "../../record/policy-generation.ts";
import { runInTurns } from "../../run-in-turns.ts";
import { servicesUsedBy } from "../iam/report/access-advisor.ts";

/** Counts that one generation looks at. */
const LOOKED_AT = 20_000;
/** An item of the table has at most 400 KB. */
const CHARACTERS_AT_MOST = 150_000;

type Outcome = Pick<PolicyGenerationRecord, "status" | "error" | "result">;

/**
 * Generates the least policies that allow what a principal was allowed to do in a period, and
 * templates of them.
 * @param principalId the unique id of a user or role
 */
export async function generateFromCounts(
  context: OperationContext,
  principalId: string,
  period: PolicyGenerationRecord["period"],
): Promise<Outcome> {
  const { account, unit, settings } = context;
  const from = Date.parse(period.from);
  const to = Date.parse(period.to);
  const range = { account, from, to, principalId, limit: LOOKED_AT };
  const { counts, isComplete } = await readAccessCounts(unit, range, ({ allowed }) => allowed > 0);
  const records = accessRecordsOf(counts);
  // Where a protected API has no definition, or not any more, its patterns tell what varies.
  const references = [...referencesOfPatterns(counts), ...(settings.catalog?.().Services ?? [])];
  const services = indexServices(references);
  const generated = await runInTurns(generatePolicyInSteps(records, services));
  const { documents: templates } = await runInTurns(
    generatePolicyInSteps(records, services, { placeholders: true }),
  );
  const characters = [...generated.documents, ...templates].join("").length;
  if (characters > CHARACTERS_AT_MOST)
    return {
      status: "FAILED",
      error: {
        code: "SERVICE_QUOTA_EXCEEDED_ERROR",
        message: "The policies exceed the size that is kept. Generate them for a shorter period.",
      },
    };
  const named = new Set(generated.actions.map((action) => action.split(":")[0]));
  const used = [...(await servicesUsedBy(context, principalId))].flatMap(([service, { at }]) =>
    Date.parse(at) >= from && Date.parse(at) <= to ? [service] : [],
  );
  return {
    status: "SUCCEEDED",
    result: {
      isComplete: isComplete && generated.skipped.length === 0,
      documents: generated.documents,
      templates,
      services: used.filter((service) => !named.has(service)),
    },
  };
}

/** A policy for services of which no actions are known (IAM UG/access_policies_generate-policy). */
export const serviceLevelPolicy = (services: readonly string[]): string =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: services.map((one) => `${one}:*`), Resource: "*" }],
    },
    undefined,
    2,
  );
