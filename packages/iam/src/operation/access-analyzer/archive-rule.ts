import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { operation } from "../../model/operation.ts";
import { type ArchiveRule, analyzerKey } from "../../record/analyzer.ts";
import { slicePage } from "../../storage/pagination.ts";
import {
  analyzerTarget,
  archiveRuleTarget,
  findAnalyzer,
  findAnalyzerByArn,
  readAnalyzerArn,
} from "./analyzer-target.ts";
import { checkedFilter, newRule, ruleOf } from "./archive-rule-changes.ts";
import { matchesFilter } from "./finding-filter.ts";
import { changeFindings, findingsOf } from "./stored-findings.ts";

interface Named {
  readonly analyzerName: string | undefined;
  readonly ruleName: string | undefined;
}

const ruleTarget = (
  context: Parameters<typeof archiveRuleTarget>[0],
  { analyzerName = "", ruleName = "" }: Named,
) => archiveRuleTarget(context, analyzerName, ruleName);

export const archiveRuleOperations = {
  CreateArchiveRule: operation<
    sdk.CreateArchiveRuleCommandInput,
    sdk.CreateArchiveRuleCommandOutput
  >({
    action: "access-analyzer:CreateArchiveRule",
    target: ruleTarget,
    async run(context, { analyzerName = "", ruleName = "", filter }) {
      const { account, unit, now } = context;
      const analyzer = await findAnalyzer(context, analyzerName);
      const rule = newRule(analyzer.archiveRules, ruleName, filter, now);
      unit.put(analyzerKey(account, analyzerName), {
        ...analyzer,
        archiveRules: [...analyzer.archiveRules, rule],
      });
      return {};
    },
  }),

  GetArchiveRule: operation<sdk.GetArchiveRuleCommandInput, sdk.GetArchiveRuleCommandOutput>({
    action: "access-analyzer:GetArchiveRule",
    target: ruleTarget,
    async run(context, { analyzerName = "", ruleName = "" }) {
      const analyzer = await findAnalyzer(context, analyzerName);
      return { archiveRule: describeRule(ruleOf(analyzer, ruleName)) };
    },
  }),

  ListArchiveRules: operation<sdk.ListArchiveRulesCommandInput, sdk.ListArchiveRulesCommandOutput>({
    action: "access-analyzer:ListArchiveRules",
    target: (context, { analyzerName = "" }) => analyzerTarget(context, analyzerName),
    async run(context, { analyzerName = "", maxResults: MaxItems, nextToken }) {
      const { archiveRules } = await findAnalyzer(context, analyzerName);
      const page = slicePage(archiveRules, { MaxItems, Marker: nextToken });
      return {
        archiveRules: page.items.map(describeRule),
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),

  UpdateArchiveRule: operation<
    sdk.UpdateArchiveRuleCommandInput,
    sdk.UpdateArchiveRuleCommandOutput
  >({
    action: "access-analyzer:UpdateArchiveRule",
    target: ruleTarget,
    async run(context, { analyzerName = "", ruleName = "", filter }) {
      const { account, unit, now } = context;
      const analyzer = await findAnalyzer(context, analyzerName);
      const former = ruleOf(analyzer, ruleName);
      const updatedAt = now.toISOString();
      const rule = { ...former, filter: checkedFilter(filter), updatedAt };
      unit.put(analyzerKey(account, analyzerName), {
        ...analyzer,
        archiveRules: analyzer.archiveRules.map((one) => (one === former ? rule : one)),
      });
      return {};
    },
  }),

  DeleteArchiveRule: operation<
    sdk.DeleteArchiveRuleCommandInput,
    sdk.DeleteArchiveRuleCommandOutput
  >({
    action: "access-analyzer:DeleteArchiveRule",
    target: ruleTarget,
    async run(context, { analyzerName = "", ruleName = "" }) {
      const analyzer = await findAnalyzer(context, analyzerName);
      const former = ruleOf(analyzer, ruleName);
      context.unit.put(analyzerKey(context.account, analyzerName), {
        ...analyzer,
        archiveRules: analyzer.archiveRules.filter((one) => one !== former),
      });
      return {};
    },
  }),

  /** Archives findings that were there before the rule. */
  ApplyArchiveRule: operation<sdk.ApplyArchiveRuleCommandInput, sdk.ApplyArchiveRuleCommandOutput>({
    action: "access-analyzer:ApplyArchiveRule",
    target: (context, { analyzerArn, ruleName = "" }) => ({
      ...archiveRuleTarget(context, readAnalyzerArn(analyzerArn).name, ruleName),
      account: readAnalyzerArn(analyzerArn).account,
    }),
    async run(context, { analyzerArn, ruleName = "" }) {
      const analyzer = await findAnalyzerByArn(context, analyzerArn);
      const { filter } = ruleOf(analyzer, ruleName);
      const matching = (await findingsOf(context, analyzer)).filter(
        (finding) => finding.status === "ACTIVE" && matchesFilter(finding, filter),
      );
      const ids = matching.map(({ id }) => id);
      await changeFindings(context, analyzer, ids, (finding) =>
        finding.status === "ACTIVE" ? { ...finding, status: "ARCHIVED" } : finding,
      );
      return {};
    },
  }),
} as const;

const describeRule = ({
  name,
  filter,
  createdAt,
  updatedAt,
}: ArchiveRule): sdk.ArchiveRuleSummary => ({
  ruleName: name,
  filter: filter as Record<string, sdk.Criterion>,
  createdAt: new Date(createdAt),
  updatedAt: new Date(updatedAt),
});
