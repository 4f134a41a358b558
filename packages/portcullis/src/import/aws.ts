import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { detailsOf } from "@portcullis/testing";
import { sentenceOf } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { readData } from "../input/read-file.ts";
import { coloured } from "../output/colour.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption } from "../policy/options.ts";
import { readInstalled } from "./installed.ts";
import { planImport } from "./plan.ts";
import type { Plan, Step } from "./step.ts";

interface Options {
  readonly from: string;
  readonly endpointUrl?: string;
  readonly apply?: true;
  readonly json?: true;
}

export function addImport(root: Command): void {
  root
    .command("import")
    .description("take identities over from elsewhere")
    .command("aws")
    .description("take users, groups, roles, policies, boundaries and tags over from AWS")
    .requiredOption("--from <file>", "the output of `aws iam get-account-authorization-details`")
    .option("--endpoint-url <url>", "the installation; by default the one that AWS SDKs find")
    .option("--apply", "do what the plan says; without, the plan is only shown")
    .addOption(jsonOption())
    .action(importAws);
}

async function importAws({ from, endpointUrl, apply, json }: Options): Promise<void> {
  const wanted = detailsOf(readData(from));
  const common = {
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    region: process.env.AWS_REGION ?? "us-east-1",
  };
  const iam = new IAMClient(common);
  const sts = new STSClient(common);
  try {
    const plan = planImport(wanted, await readInstalled(iam, sts));
    const failures = apply === true ? await applyPlan(plan, iam) : [];
    if (json === true) print(jsonText(resultOf(plan, failures, apply === true)));
    else print(textOf(plan, failures, apply === true));
    process.exitCode = failures.length > 0 ? EXIT.found : EXIT.ok;
  } finally {
    iam.destroy();
    sts.destroy();
  }
}

interface Failure {
  readonly step: Step;
  readonly reason: string;
}

/**
 * A step that fails stops the further ones of its entity: no principal gets a policy whose boundary
 * could not be set. Other entities go on, and the next import does what is left.
 */
async function applyPlan({ steps }: Plan, iam: IAMClient): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const broken = new Set<string>();
  for (const step of steps) {
    if (broken.has(step.entity)) {
      failures.push({ step, reason: "an earlier change failed" });
      continue;
    }
    try {
      await step.run(iam);
    } catch (error) {
      broken.add(step.entity);
      failures.push({ step, reason: sentenceOf(error) });
    }
  }
  return failures;
}

function resultOf(plan: Plan, failures: readonly Failure[], applied: boolean): object {
  return {
    applied,
    steps: plan.steps.map(({ sign, text }) => ({ sign, text })),
    failures: failures.map(({ step, reason }) => ({ text: step.text, reason })),
    skipped: plan.skipped,
    unchanged: plan.unchanged,
  };
}

function textOf(plan: Plan, failures: readonly Failure[], applied: boolean): string {
  const failed = new Map(failures.map(({ step, reason }) => [step, reason]));
  const done = plan.steps.length - failures.length;
  const unchanged = `${plan.unchanged} unchanged`;
  return [
    ...plan.steps.map((step) => {
      const reason = failed.get(step);
      if (reason !== undefined) return coloured("red", `! ${step.text}: ${reason}`);
      return `${coloured(step.sign === "+" ? "green" : "yellow", step.sign)} ${step.text}`;
    }),
    ...plan.skipped.map(({ what, reason }) => coloured("dim", `- ${what} is left out: ${reason}`)),
    applied
      ? `${done} of ${plan.steps.length} changes made, ${unchanged}.`
      : `${plan.steps.length} changes to make, ${unchanged}. Add --apply to make them.`,
  ].join("\n");
}
