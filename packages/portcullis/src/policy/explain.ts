import { type Explanation, explain, type MatchedStatement } from "@portcullis/policy";
import { decide, nearMissText, reasonText, requestedBy, statementName } from "@portcullis/testing";
import { InputFault } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { readServices } from "../input/services.ts";
import { coloured } from "../output/colour.ts";
import { jsonText, print } from "../output/write-report.ts";
import { readWorld } from "../world/world.ts";
import { contextOf, contextOption, jsonOption, serviceOption } from "./options.ts";
import { simulate } from "./simulate.ts";

interface Options {
  readonly account?: string;
  readonly endpointUrl?: string;
  readonly principal: string;
  readonly service: readonly string[];
  readonly context: readonly string[];
  readonly json?: true;
}

export function addExplain(policy: Command): void {
  policy
    .command("explain")
    .description("tell why a request is allowed or denied")
    .argument("<request...>", "`orders:GetOrder <resource ARN>` or `GET /orders/7`")
    .requiredOption("--principal <name>", "a user, role or ARN")
    .option(
      "--account <file>",
      "a test file, or the output of `aws iam get-account-authorization-details`",
    )
    .option(
      "--endpoint-url <url>",
      "a running installation instead, by the credentials that AWS SDKs find",
    )
    .addOption(serviceOption())
    .addOption(contextOption())
    .addOption(jsonOption())
    .action(run);
}

async function run(words: readonly string[], options: Options): Promise<void> {
  const request = words.join(" ");
  const context = contextOf(options.context);
  if (options.account === undefined) {
    await runLive(request, context, options);
    return;
  }
  if (options.endpointUrl !== undefined)
    throw new InputFault("Give either --account or --endpoint-url, not both.");
  const world = await readWorld(options.account, options.service);
  const evaluations = decide(world, options.principal, request, { context }, new Date());
  const explanations = evaluations.map((one) => ({
    action: one.request.action,
    resource: one.request.resource,
    explanation: explain(one.request),
  }));
  if (options.json === true) print(jsonText({ explanations }));
  else
    for (const { action, resource, explanation } of explanations)
      print(textOf(`${action} on ${resource}`, explanation));
  process.exitCode = EXIT.ok;
}

async function runLive(
  request: string,
  context: Readonly<Record<string, string | string[]>>,
  options: Options,
): Promise<void> {
  const { endpointUrl: endpoint, principal } = options;
  const account = principal.split(":")[4];
  if (account === undefined)
    throw new InputFault("--principal must be an ARN where no --account file is given.");
  const { definitions } = await readServices(options.service);
  const requested = requestedBy(request, { definitions, account, region: "us-east-1" });
  const results = await simulate(endpoint, {
    principal,
    action: requested.action,
    resources: requested.resources,
    context: { ...requested.context, ...context },
  });
  if (options.json === true) print(jsonText({ results }));
  else print(results.map(({ text }) => text).join("\n"));
  process.exitCode = EXIT.ok;
}

function textOf(title: string, explanation: Explanation): string {
  const { decision, matched, nearMisses, verdicts } = explanation;
  const style = decision.outcome === "allowed" ? "green" : "red";
  return [
    `${coloured(style, decision.outcome)} ${title}`,
    `  ${reasonText(explanation)}`,
    ...verdicts.map(({ policyType, outcome }) => `  ${policyType}: ${outcome}`),
    ...matched.map((one: MatchedStatement) => `  applies: ${one.effect} ${statementName(one)}`),
    ...nearMisses.map((miss) => `  near: ${nearMissText(miss)}`),
  ].join("\n");
}
