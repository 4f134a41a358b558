import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { mergeTags } from "../../entity/tagging.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { analysisRunPartition } from "../../record/analysis-run.ts";
import {
  ANALYZERS,
  type AnalyzerRecord,
  type AnalyzerType,
  analyzerKey,
  findingsPartition,
  findsUnusedAccess,
} from "../../record/analyzer.ts";
import { listPage } from "../../storage/pagination.ts";
import { tagMap, wantedTags } from "./analyzer-tag.ts";
import {
  alreadyThere,
  analyzerArn,
  analyzerTarget,
  findAnalyzer,
  invalidField,
  noResource,
  quotaExceeded,
} from "./analyzer-target.ts";
import { newRules } from "./archive-rule-changes.ts";
import { deleteAll } from "./delete-all.ts";
import { isOfOrganization, requireOrganization } from "./zone-of-trust.ts";

/** Each costs as much to keep up to date as one reading of the account. */
const ANALYZERS_AT_MOST = 10;

/** Days; as AWS has it. */
const DEFAULT_AGE = 90;

export const analyzerOperations = {
  CreateAnalyzer: operation<sdk.CreateAnalyzerCommandInput, sdk.CreateAnalyzerCommandOutput>({
    action: "access-analyzer:CreateAnalyzer",
    target: (context, { analyzerName = "" }) => ({ arn: analyzerArn(context, analyzerName) }),
    async run(context, input) {
      const { account, unit, now } = context;
      const { analyzerName: name = "", type } = input;
      if (type === undefined || !isOffered(type))
        throw invalidField(`Analyzers of type ${type} are not offered.`);
      if (isOfOrganization(type)) await requireOrganization(context, type);
      if ((await unit.get(analyzerKey(account, name))) !== undefined)
        throw alreadyThere("Analyzer", name);
      const { records } = await unit.query({
        account,
        partition: ANALYZERS,
        limit: ANALYZERS_AT_MOST,
      });
      if (records.length >= ANALYZERS_AT_MOST)
        throw quotaExceeded(
          `The account has ${ANALYZERS_AT_MOST} analyzers, which is the most that it may have.`,
          "Analyzer",
          name,
        );
      unit.put(analyzerKey(account, name), {
        name,
        type,
        createdAt: now.toISOString(),
        tags: mergeTags([], wantedTags(input.tags)),
        archiveRules: newRules(input.archiveRules, now),
        ...ageOf(type, input.configuration),
      });
      return { arn: analyzerArn(context, name) };
    },
  }),

  GetAnalyzer: operation<sdk.GetAnalyzerCommandInput, sdk.GetAnalyzerCommandOutput>({
    action: "access-analyzer:GetAnalyzer",
    target: (context, { analyzerName = "" }) => analyzerTarget(context, analyzerName),
    async run(context, { analyzerName = "" }) {
      return { analyzer: describeAnalyzer(context, await findAnalyzer(context, analyzerName)) };
    },
  }),

  ListAnalyzers: operation<sdk.ListAnalyzersCommandInput, sdk.ListAnalyzersCommandOutput>({
    action: "access-analyzer:ListAnalyzers",
    target: noResource,
    async run(context, { type, maxResults: MaxItems, nextToken: Marker }) {
      const list = { account: context.account, partition: ANALYZERS };
      const page = await listPage<AnalyzerRecord>(context.unit, list, { MaxItems, Marker });
      return {
        analyzers: page.items
          .filter(({ data }) => type === undefined || data.type === type)
          .map(({ data }) => describeAnalyzer(context, data)),
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),

  DeleteAnalyzer: operation<sdk.DeleteAnalyzerCommandInput, sdk.DeleteAnalyzerCommandOutput>({
    action: "access-analyzer:DeleteAnalyzer",
    target: (context, { analyzerName = "" }) => analyzerTarget(context, analyzerName),
    async run(context, { analyzerName = "" }) {
      await findAnalyzer(context, analyzerName);
      // First what a request may be at work at.
      for (const partition of [analysisRunPartition, findingsPartition].map((of) =>
        of(analyzerName),
      ))
        await deleteAll(context, { account: context.account, partition });
      // Read again: each part of the deletion was a transaction of its own.
      await findAnalyzer(context, analyzerName);
      context.unit.delete(analyzerKey(context.account, analyzerName));
      return {};
    },
  }),
} as const;

const isOffered = (type: sdk.Type): type is AnalyzerType =>
  type === "ACCOUNT" ||
  type === "ACCOUNT_UNUSED_ACCESS" ||
  type === "ORGANIZATION" ||
  type === "ORGANIZATION_UNUSED_ACCESS";

function ageOf(
  type: AnalyzerRecord["type"],
  configuration: sdk.AnalyzerConfiguration | undefined,
): Pick<AnalyzerRecord, "unusedAccessAge"> {
  const { unusedAccess, internalAccess } = configuration ?? {};
  if (internalAccess !== undefined)
    throw invalidField("Internal access analyzers are not offered.");
  if (!findsUnusedAccess(type)) {
    if (unusedAccess !== undefined)
      throw invalidField("An analyzer of external access has no configuration of unused access.");
    return {};
  }
  if ((unusedAccess?.analysisRule?.exclusions?.length ?? 0) > 0)
    throw invalidField("Exclusions are not offered: use archive rules.");
  const age = unusedAccess?.unusedAccessAge ?? DEFAULT_AGE;
  if (age < 1 || age > 365) throw invalidField("unusedAccessAge must be from 1 to 365 days.");
  return { unusedAccessAge: age };
}

function describeAnalyzer(
  context: OperationContext,
  analyzer: AnalyzerRecord,
): sdk.AnalyzerSummary {
  const { name, type, createdAt, tags, unusedAccessAge, analyzedAt } = analyzer;
  return {
    arn: analyzerArn(context, name),
    name,
    type,
    createdAt: new Date(createdAt),
    tags: tagMap(tags),
    status: "ACTIVE",
    ...(unusedAccessAge === undefined
      ? {}
      : { configuration: { unusedAccess: { unusedAccessAge } } }),
    ...(analyzedAt === undefined ? {} : { lastResourceAnalyzedAt: new Date(analyzedAt) }),
  };
}
