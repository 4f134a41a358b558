import { inflateRawSync } from "node:zlib";
import type * as sdk from "@aws-sdk/client-iam";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import {
  type CredentialReportDraft,
  type CredentialReportRecord,
  credentialReportDraftKey,
  credentialReportKey,
  credentialReportPartKey,
} from "../../../record/credential-report.ts";
import { makeSlice } from "./credential-report-draft.ts";

/**
 * Validity of a report. GenerateCredentialReport creates a new one only after it (IAM
 * UG/id_credentials_getting-report).
 */
const VALIDITY_MILLISECONDS = 4 * 3_600_000;

/**
 * A report is made by the calls that ask for it, a slice each: nothing else runs in an installation
 * that nobody calls.
 */
export const credentialReportOperations = {
  GenerateCredentialReport: operation<
    sdk.GenerateCredentialReportCommandInput,
    sdk.GenerateCredentialReportCommandOutput
  >({
    action: "iam:GenerateCredentialReport",
    target: () => ({ arn: "*" }),
    async run(context) {
      const { account, unit, now } = context;
      const [report, draft] = await Promise.all([
        unit.get(credentialReportKey(account)),
        currentDraft(context),
      ]);
      if (report !== undefined && isValid(report, now)) return { State: "COMPLETE" };
      const isComplete = await makeSlice(context, draft);
      if (draft !== undefined) return { State: isComplete ? "COMPLETE" : "INPROGRESS" };
      return {
        State: "STARTED",
        Description: "No report exists. Starting a new report generation task",
      };
    },
  }),

  GetCredentialReport: operation<
    sdk.GetCredentialReportCommandInput,
    sdk.GetCredentialReportCommandOutput
  >({
    action: "iam:GetCredentialReport",
    target: () => ({ arn: "*" }),
    async run(context) {
      const { account, unit, now } = context;
      const draft = await currentDraft(context);
      // Some clients ask for the report until it is there, without generating again.
      if (draft !== undefined && !(await continueReport(context, draft))) {
        await unit.commit();
        throw new ApiError(
          "ReportInProgress",
          "The request was rejected because the credential report is still being generated.",
        );
      }
      if (draft !== undefined) await unit.commit();
      const report = await unit.get(credentialReportKey(account));
      if (report === undefined) throw notPresent();
      if (!isValid(report, now)) {
        throw new ApiError(
          "ReportExpired",
          "The request was rejected because the most recent credential report has expired. To generate a new credential report, use GenerateCredentialReport.",
        );
      }
      const keys = Array.from({ length: report.parts }, (_, part) =>
        credentialReportPartKey(account, part),
      );
      const parts = await unit.getAll(keys);
      const texts = parts.map((part) =>
        inflateRawSync(Buffer.from(part?.deflated ?? "", "base64")),
      );
      return {
        Content: Buffer.concat(texts),
        ReportFormat: "text/csv",
        GeneratedTime: new Date(report.generatedAt),
      };
    },
  }),
} as const;

/**
 * Makes the next slice for a caller that wants the report.
 * @throws {ApiError} `ReportNotPresent` if the report is too large, which is no error of
 * GetCredentialReport
 */
async function continueReport(
  context: OperationContext,
  draft: CredentialReportDraft,
): Promise<boolean> {
  try {
    return await makeSlice(context, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "LimitExceeded") throw error;
    throw notPresent(error.message);
  }
}

const notPresent = (reason?: string) =>
  new ApiError(
    "ReportNotPresent",
    [
      "The request was rejected because the credential report does not exist. To generate a credential report, use GenerateCredentialReport.",
      ...(reason === undefined ? [] : [reason]),
    ].join(" "),
  );

/** A draft that was left for so long that its report would have expired begins again. */
async function currentDraft({ account, unit, now }: OperationContext) {
  const draft = await unit.get(credentialReportDraftKey(account));
  return draft !== undefined && isWithinValidity(draft.startedAt, now) ? draft : undefined;
}

const isValid = ({ generatedAt, bytes }: CredentialReportRecord, now: Date): boolean =>
  bytes !== undefined && isWithinValidity(generatedAt, now);

const isWithinValidity = (startedAt: string, now: Date): boolean =>
  now.getTime() < Date.parse(startedAt) + VALIDITY_MILLISECONDS;
