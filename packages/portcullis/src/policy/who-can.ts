import { type Grant, type PrincipalAccess, runToEnd, whoCan } from "@portcullis/analysis";
import { policyName, requestedBy } from "@portcullis/testing";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { coloured } from "../output/colour.ts";
import { jsonText, print } from "../output/write-report.ts";
import { readWorld } from "../world/world.ts";
import { contextOf, contextOption, jsonOption, serviceOption } from "./options.ts";

interface Options {
  readonly account: string;
  readonly service: readonly string[];
  readonly context: readonly string[];
  readonly json?: true;
}

export function addWhoCan(policy: Command): void {
  policy
    .command("who-can")
    .description("list the users and roles that can do an action on a resource, and how")
    .argument("<request...>", "`orders:GetOrder <resource ARN>` or `GET /orders/7`")
    .requiredOption(
      "--account <file>",
      "a test file, or the output of `aws iam get-account-authorization-details`",
    )
    .addOption(serviceOption())
    .addOption(contextOption())
    .addOption(jsonOption())
    .action(run);
}

async function run(words: readonly string[], options: Options): Promise<void> {
  const world = await readWorld(options.account, options.service);
  const { action, resources, context } = requestedBy(words.join(" "), {
    definitions: world.services.definitions,
    account: world.account,
    region: world.region,
  });
  const given = { ...context, ...contextOf(options.context) };
  const answers = resources.map((resource) =>
    runToEnd(whoCan(world.model, { action, resource, context: given })),
  );
  if (options.json === true) {
    const results = resources.map((resource, at) => ({ action, resource, ...answers[at] }));
    print(jsonText({ results }));
  } else {
    for (const [at, { principals, root }] of answers.entries()) {
      const title = `${action} on ${resources[at]}:`;
      const rows = principals.map(rowOf);
      if (root) rows.push("the account's root user");
      print(
        [title, ...(rows.length === 0 ? ["nobody"] : rows).map((row) => `  ${row}`)].join("\n"),
      );
    }
  }
  process.exitCode = EXIT.ok;
}

function rowOf({ principal, access, roles, grants, conditionKeys }: PrincipalAccess): string {
  const chain = roles.length === 0 ? "" : ` by assuming ${roles.join(", then ")}`;
  const by = grants.length === 0 ? "" : coloured("dim", ` (${grants.map(grantText).join("; ")})`);
  const keys = conditionKeys.length === 0 ? "" : ` on ${conditionKeys.join(", ")}`;
  const condition = access === "conditional" ? coloured("yellow", ` depending${keys}`) : "";
  return `${principal}${chain}${condition}${by}`;
}

function grantText({ policy, group, statementIndex, statementId }: Grant): string {
  const through = group === undefined ? "" : ` of group ${group}`;
  return `${policyName({ policyId: policy })}#${statementId || statementIndex}${through}`;
}
