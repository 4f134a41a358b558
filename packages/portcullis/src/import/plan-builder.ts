import type { Plan, Step } from "./step.ts";
import { isOffered, type Translation } from "./translate.ts";

/** Collects a plan. */
export interface PlanBuilder {
  readonly translation: Translation;
  /** ARNs of policies that are there once the steps so far are done. */
  readonly known: Set<string>;
  /** @param text `<entity>: <what is done>` */
  step(sign: Step["sign"], text: string, run: Step["run"]): void;
  skip(what: string, reason: string): void;
  same(): void;
  /** Runs `plan`, and counts the entity as unchanged if that adds no step and does not leave it out. */
  entity(plan: () => "planned" | "leftOut"): void;
  /** The policy's ARN here; undefined, and told, if it is not there. */
  policy(arn: string, what: string): string | undefined;
  result(): Plan;
}

export function planBuilder(translation: Translation, known: Set<string>): PlanBuilder {
  const steps: Plan["steps"][number][] = [];
  const skipped: Plan["skipped"][number][] = [];
  let unchanged = 0;
  return {
    translation,
    known,
    step: (sign, text, run) =>
      steps.push({ sign, entity: text.slice(0, text.indexOf(": ")), text, run }),
    skip: (what, reason) => skipped.push({ what, reason }),
    same: () => {
      unchanged++;
    },
    entity(plan) {
      const before = steps.length;
      if (plan() === "planned" && steps.length === before) unchanged++;
    },
    policy(arn, what) {
      const here = translation.arn(arn);
      if (known.has(here)) return here;
      const reason = isOffered(here)
        ? `the installation has no policy ${here}`
        : `policy ${here} is not taken over`;
      skipped.push({ what, reason });
      return undefined;
    },
    result: () => ({ steps, skipped, unchanged }),
  };
}
