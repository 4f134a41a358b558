import type {
  ArchivedFinding,
  ArchiveFindingInput,
  ArchiveFindingOutput,
  ListArchivedFindingsInput,
  ListArchivedFindingsOutput,
  RestoreFindingInput,
} from "../../decision/api.ts";
import { ApiError } from "../../error.ts";
import { type OperationTable, operation } from "../../model/operation.ts";
import { accountCountKey } from "../../record/account.ts";
import {
  ARCHIVED_FINDINGS,
  type ArchivedFindingRecord,
  archivedFindingKey,
} from "../../record/archived-finding.ts";
import { listPage } from "../../storage/pagination.ts";

const ARCHIVED_AT_MOST = 1_000;
const PAGE = 100;

/**
 * Findings are made by whoever asks, from the account as it is, so the server stores none of them.
 * It stores which ones are archived, by their ids, which stay the same as long as the matter lasts.
 */
export const archivedFindingOperations: OperationTable = {
  /** Archiving a finding again changes its reason. */
  ArchiveFinding: operation<ArchiveFindingInput, ArchiveFindingOutput & { $metadata?: object }>({
    action: "portcullis:ArchiveFinding",
    target: () => ({ arn: "*" }),
    async run({ account, unit, now, caller }, { FindingId, Reason, ResourceArn, Title }) {
      const key = archivedFindingKey(account, FindingId);
      const before = await unit.get(key);
      if (before === undefined)
        unit.count(accountCountKey(account, "archivedFindings"), "count", 1, {
          limit: ARCHIVED_AT_MOST,
          error: () =>
            new ApiError(
              "LimitExceeded",
              `Cannot exceed quota for ArchivedFindingsPerAccount: ${ARCHIVED_AT_MOST}`,
            ),
        });
      const record: ArchivedFindingRecord = {
        id: FindingId,
        reason: Reason,
        resource: ResourceArn,
        title: Title,
        archivedAt: now.toISOString(),
        archivedBy: "arn" in caller.principal ? caller.principal.arn : caller.principal.type,
      };
      unit.put(key, record);
      return { Finding: describe(record) };
    },
  }),

  RestoreFinding: operation<RestoreFindingInput, { $metadata?: object }>({
    action: "portcullis:RestoreFinding",
    target: () => ({ arn: "*" }),
    async run({ account, unit }, { FindingId }) {
      const key = archivedFindingKey(account, FindingId);
      if ((await unit.get(key)) === undefined)
        throw new ApiError("ResourceNotFoundException", "The finding is not archived.");
      unit.delete(key);
      unit.count(accountCountKey(account, "archivedFindings"), "count", -1);
      return {};
    },
  }),

  ListArchivedFindings: operation<
    ListArchivedFindingsInput,
    ListArchivedFindingsOutput & { $metadata?: object }
  >({
    action: "portcullis:ListArchivedFindings",
    target: () => ({ arn: "*" }),
    async run({ account, unit }, { MaxResults: MaxItems = PAGE, NextToken: Marker }) {
      const list = { account, partition: ARCHIVED_FINDINGS };
      const page = await listPage<ArchivedFindingRecord>(unit, list, { MaxItems, Marker });
      return {
        Findings: page.items.map(({ data }) => describe(data)),
        ...(page.Marker === undefined ? {} : { NextToken: page.Marker }),
      };
    },
  }),
};

const describe = ({
  id,
  reason,
  resource,
  title,
  archivedAt,
  archivedBy,
}: ArchivedFindingRecord): ArchivedFinding => ({
  FindingId: id,
  Reason: reason,
  ResourceArn: resource,
  Title: title,
  Time: new Date(archivedAt),
  PrincipalArn: archivedBy,
});
