import { deflateRawSync } from "node:zlib";
import { ApiError } from "../../../error.ts";
import type { OperationContext } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import {
  type CredentialReportDraft,
  credentialReportDraftKey,
  credentialReportKey,
  credentialReportPartKey,
} from "../../../record/credential-report.ts";
import { csvLine } from "../../../report/credential-report.ts";
import { firstRows, userRows } from "./credential-rows.ts";

/** What one call does of a report, and how large a report may be. */
export interface ReportLimits {
  /** A user costs some six reads, which are made a hundred at once. */
  readonly usersPerSlice: number;
  /** Length of a part before compression. Base64 makes of it at most 350 KB; an item has 400 KB. */
  readonly partBytes: number;
  /** A report is one answer. Lambda answers 6 MB, and Base64 makes four bytes of three. */
  readonly reportBytes: number;
}

export const REPORT_LIMITS: ReportLimits = {
  usersPerSlice: 1_000,
  partBytes: 256 * 1024,
  reportBytes: 4_500_000,
};

/** A row of a user with the shortest name and no credentials. */
const SHORTEST_ROW_BYTES = 150;

/**
 * Makes the next slice of a report. The last slice turns the draft into the report.
 * @param draft what is made of it; undefined: it begins
 * @returns whether the report is complete
 * @throws {ApiError} `LimitExceeded` if it would not fit into an answer
 */
export async function makeSlice(
  context: OperationContext,
  draft: CredentialReportDraft | undefined,
  limits: ReportLimits = REPORT_LIMITS,
): Promise<boolean> {
  const { account, unit, now } = context;
  if (draft === undefined) await refuseLargeAccount(context, limits);
  const head = draft === undefined ? await firstRows(context) : [];
  const { rows, after } = await userRows(context, draft?.after, limits.usersPerSlice);
  const texts = partsOf([...head, ...rows].map(csvLine), limits.partBytes);
  const first = draft?.parts ?? 0;
  const parts = first + texts.length;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), draft?.bytes ?? 0);
  if (bytes > limits.reportBytes) throw tooLarge(limits);
  for (const [index, text] of texts.entries()) {
    const deflated = deflateRawSync(text).toString("base64");
    unit.put(credentialReportPartKey(account, first + index), { deflated }, { expect: "any" });
  }
  const startedAt = draft?.startedAt ?? now.toISOString();
  const draftKey = credentialReportDraftKey(account);
  if (after !== undefined) {
    unit.put(draftKey, { startedAt, parts, bytes, after });
    return false;
  }
  const former = await unit.get(credentialReportKey(account));
  for (let part = parts; part < (former?.parts ?? 0); part++)
    unit.delete(credentialReportPartKey(account, part), { expect: "any" });
  unit.put(credentialReportKey(account), { generatedAt: startedAt, parts, bytes });
  // There may be one that was left too long ago.
  unit.delete(draftKey, { expect: "any" });
  return true;
}

/** Joins lines to texts of at most so many bytes, or of one line. */
function partsOf(lines: readonly string[], most: number): readonly string[] {
  const texts: string[] = [];
  let text = "";
  let bytes = 0;
  for (const line of lines) {
    const length = Buffer.byteLength(line);
    if (text !== "" && bytes + length > most) {
      texts.push(text);
      text = "";
      bytes = 0;
    }
    text += line;
    bytes += length;
  }
  return text === "" ? texts : [...texts, text];
}

async function refuseLargeAccount(
  { account, unit }: OperationContext,
  limits: ReportLimits,
): Promise<void> {
  const { count = 0 } = await unit.counters(accountCountKey(account, "users"));
  if (count * SHORTEST_ROW_BYTES > limits.reportBytes) throw tooLarge(limits);
}

const tooLarge = ({ reportBytes }: ReportLimits) =>
  new ApiError(
    "LimitExceeded",
    `The credential report of this account would exceed ${reportBytes} bytes, the most that GetCredentialReport answers. Use ListUsers, ListAccessKeys, GetAccessKeyLastUsed and ListMFADevices, which answer page by page.`,
  );
