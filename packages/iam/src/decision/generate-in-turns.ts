import { setImmediate } from "node:timers/promises";
import {
  type AccessRecord,
  type GeneratedPolicy,
  type GenerateOptions,
  generatePolicyInSteps,
  type Services,
} from "@portcullis/analysis";

/** As `generatePolicy`. Other requests of the process get their turn between steps. */
export async function generateInTurns(
  records: readonly AccessRecord[],
  services: Services,
  options: GenerateOptions = {},
): Promise<GeneratedPolicy> {
  const work = generatePolicyInSteps(records, services, options);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
