import { setTimeout } from "node:timers/promises";
import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { type OperationContext, operation } from "../../model/operation.ts";
import type { AnalyzerFindingRecord, AnalyzerRecord } from "../../record/analyzer.ts";
import { slicePage } from "../../storage/pagination.ts";
import { refreshFindings } from "./analysis.ts";
import { isAnalysisToken, nextAnalysisToken } from "./analysis-token.ts";
import { analyzerArnTarget, findAnalyzerByArn, invalidField, notFound } from "./analyzer-target.ts";
import { checkedFilter } from "./archive-rule-changes.ts";
import { isFilterKey, matchesFilter, ownerOf, valuesOf } from "./finding-filter.ts";
import { changeFindings, findFindings, findingsOf, isFindingId } from "./stored-findings.ts";
import { requireUse } from "./zone-of-trust.ts";

export const findingOperations = {
  ListFindingsV2: operation<sdk.ListFindingsV2CommandInput, sdk.ListFindingsV2CommandOutput>({
    action: "access-analyzer:ListFindings",
    target: (context, { analyzerArn }) => analyzerArnTarget(context, analyzerArn),
    async run(context, { analyzerArn, filter, sort, maxResults: MaxItems, nextToken }) {
      const wanted =
        filter === undefined || Object.keys(filter).length === 0 ? {} : checkedFilter(filter);
      const order = orderOf(sort);
      const { analyzer, isComplete } = await refreshed(context, analyzerArn, nextToken);
      if (!isComplete) return { findings: [], nextToken: nextAnalysisToken(nextToken) };
      const found = (await findingsOf(context, analyzer))
        .filter((finding) => matchesFilter(finding, wanted))
        .sort(order);
      const page = slicePage(found, { MaxItems, Marker: markerOf(nextToken) });
      return {
        findings: page.items.map((finding) => summaryOf(analyzer, finding)),
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),

  GetFindingV2: operation<sdk.GetFindingV2CommandInput, sdk.GetFindingV2CommandOutput>({
    action: "access-analyzer:GetFinding",
    target: (context, { analyzerArn }) => analyzerArnTarget(context, analyzerArn),
    async run(context, { analyzerArn, id = "", maxResults: MaxItems, nextToken }) {
      const usable = await findUsableAnalyzer(context, analyzerArn);
      const { analyzer } =
        nextToken === undefined ? await refreshFindings(context, usable) : { analyzer: usable };
      const [finding] = isFindingId(id) ? await findFindings(context, analyzer, [id]) : [];
      if (finding === undefined) throw notFound("Finding", id.slice(0, 100));
      const page = slicePage(detailsOf(finding), { MaxItems, Marker: nextToken });
      return {
        ...summaryOf(analyzer, finding),
        findingDetails: [...page.items],
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),

  UpdateFindings: operation<sdk.UpdateFindingsCommandInput, sdk.UpdateFindingsCommandOutput>({
    action: "access-analyzer:UpdateFindings",
    target: (context, { analyzerArn }) => analyzerArnTarget(context, analyzerArn),
    async run(context, { analyzerArn, status, ids, resourceArn }) {
      if ((ids === undefined) === (resourceArn === undefined))
        throw invalidField("Either ids or resourceArn must be given.");
      if (status !== "ACTIVE" && status !== "ARCHIVED")
        throw invalidField("status must be ACTIVE or ARCHIVED.");
      const analyzer = await findUsableAnalyzer(context, analyzerArn);
      const wanted =
        ids ??
        (await findingsOf(context, analyzer))
          .filter(({ resource }) => resource === resourceArn)
          .map(({ id }) => id);
      const wrong = wanted.find((id) => !isFindingId(id));
      if (wrong !== undefined) throw notFound("Finding", wrong.slice(0, 100));
      const missing = (await findFindings(context, analyzer, wanted)).indexOf(undefined);
      if (missing >= 0) throw notFound("Finding", wanted[missing] ?? "");
      await changeFindings(context, analyzer, [...new Set(wanted)], (finding) =>
        finding.status === status || finding.status === "RESOLVED"
          ? finding
          : { ...finding, status },
      );
      return {};
    },
  }),
} as const;

async function findUsableAnalyzer(
  context: OperationContext,
  arn: string | undefined,
): Promise<AnalyzerRecord> {
  const analyzer = await findAnalyzerByArn(context, arn);
  await requireUse(context, analyzer);
  return analyzer;
}

/** A client that reads page by page comes back at once while another request is at work. */
const PAUSE_MILLISECONDS = 500;

/**
 * The analyzer, after an analysis for the first page. Later pages are of the same findings.
 * @returns whether there are findings to answer, which may be those of the last analysis
 */
async function refreshed(
  context: OperationContext,
  arn: string | undefined,
  nextToken: string | undefined,
): Promise<{ readonly analyzer: AnalyzerRecord; readonly isComplete: boolean }> {
  const usable = await findUsableAnalyzer(context, arn);
  if (markerOf(nextToken) !== undefined) return { analyzer: usable, isComplete: true };
  const { analyzer, state } = await refreshFindings(context, usable);
  if (state !== "busy") return { analyzer, isComplete: state === "fresh" };
  // Whoever does not wait for this analysis is told what there is.
  if (nextToken === undefined && analyzer.analyzedAt !== undefined)
    return { analyzer, isComplete: true };
  await setTimeout(PAUSE_MILLISECONDS);
  return { analyzer, isComplete: false };
}

/** Undefined before the first page, and while the analysis for it is not complete. */
const markerOf = (nextToken: string | undefined): string | undefined =>
  nextToken === undefined || isAnalysisToken(nextToken) ? undefined : nextToken;

type Order = (one: AnalyzerFindingRecord, other: AnalyzerFindingRecord) => number;

/** By id where nothing else tells findings apart, so that pages do not change. */
function orderOf(sort: sdk.SortCriteria | undefined): Order {
  const { attributeName, orderBy } = sort ?? {};
  if (attributeName !== undefined && !isFilterKey(attributeName))
    throw invalidField(`${attributeName.slice(0, 100)} is no attribute of findings.`);
  const byId: Order = (one, other) => compare(one.id, other.id);
  if (attributeName === undefined) return byId;
  const text = (finding: AnalyzerFindingRecord) => valuesOf(finding, attributeName).join(",");
  const sign = orderBy === "DESC" ? -1 : 1;
  return (one, other) => sign * compare(text(one), text(other)) || byId(one, other);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function summaryOf(
  { analyzedAt, createdAt }: AnalyzerRecord,
  finding: AnalyzerFindingRecord,
): sdk.FindingSummaryV2 {
  return {
    id: finding.id,
    findingType: finding.findingType,
    resource: finding.resource,
    resourceType: finding.resourceType,
    resourceOwnerAccount: ownerOf(finding),
    status: finding.status,
    analyzedAt: new Date(analyzedAt ?? createdAt),
    createdAt: new Date(finding.createdAt),
    updatedAt: new Date(finding.updatedAt),
  };
}

function detailsOf(finding: AnalyzerFindingRecord): readonly sdk.FindingDetails[] {
  const { external, unused = [], findingType } = finding;
  if (external !== undefined)
    return [
      {
        externalAccessDetails: {
          action: [...external.action],
          condition: { ...external.condition },
          isPublic: external.isPublic,
          principal: { ...external.principal },
        },
      },
    ];
  return unused.map((one): sdk.FindingDetails => {
    const lastAccessed =
      one.lastAccessed === undefined ? {} : { lastAccessed: new Date(one.lastAccessed) };
    switch (findingType) {
      case "UnusedIAMUserAccessKey":
        return {
          unusedIamUserAccessKeyDetails: { accessKeyId: one.accessKeyId ?? "", ...lastAccessed },
        };
      case "UnusedIAMUserPassword":
        return { unusedIamUserPasswordDetails: lastAccessed };
      case "UnusedPermission":
        return {
          unusedPermissionDetails: {
            serviceNamespace: one.service ?? "",
            ...lastAccessed,
            ...(one.actions === undefined
              ? {}
              : {
                  actions: one.actions.map(({ action, lastAccessed: at }) => ({
                    action,
                    ...(at === undefined ? {} : { lastAccessed: new Date(at) }),
                  })),
                }),
          },
        };
      default:
        return { unusedIamRoleDetails: lastAccessed };
    }
  });
}
