import { deflateRawSync, inflateRawSync } from "node:zlib";
import type * as sdk from "@aws-sdk/client-iam";
import { findRoot } from "../../../entity/credential-owner.ts";
import { passwordUses } from "../../../entity/password-use.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { accessKeyKey } from "../../../record/access-key.ts";
import { accessKeyUsageKey } from "../../../record/access-key-usage.ts";
import { accountCountKey } from "../../../record/account.ts";
import { credentialReportKey, credentialReportPartKey } from "../../../record/credential-report.ts";
import { partitionOf } from "../../../record/partition.ts";
import { passwordPolicyKey } from "../../../record/password-policy.ts";
import { type UserEntry, type UserRecord, userKey } from "../../../record/user.ts";
import { NO_CREDENTIALS, userCredentialsKey } from "../../../record/user-credentials.ts";
import {
  csvLine,
  REPORT_COLUMNS,
  type ReportedCredentials,
  rootRow,
  userRow,
} from "../../../report/credential-report.ts";

/**
 * Validity of a report. GenerateCredentialReport creates a new one only after it (IAM
 * UG/id_credentials_getting-report).
 */
const VALIDITY_MILLISECONDS = 4 * 3_600_000;

/** Limit of users. A report is created within one request and returned in one response. */
const MAX_USERS = 15_000;
const USERS_PER_READ = 1000;

/** Length of a part, in Base64 characters. DynamoDB limits an item to 400 KB. */
const PART_LENGTH = 300_000;

export const credentialReportOperations = {
  GenerateCredentialReport: operation<
    sdk.GenerateCredentialReportCommandInput,
    sdk.GenerateCredentialReportCommandOutput
  >({
    action: "iam:GenerateCredentialReport",
    target: () => ({ arn: "*" }),
    async run(context) {
      const { account, unit, now } = context;
      const previous = await unit.get(credentialReportKey(account));
      if (previous !== undefined && isValid(previous, now)) return { State: "COMPLETE" };
      const deflated = deflateRawSync((await reportRows(context)).map(csvLine).join("")).toString(
        "base64",
      );
      const parts = Math.ceil(deflated.length / PART_LENGTH);
      for (let part = 0; part < parts; part++) {
        const slice = deflated.slice(part * PART_LENGTH, (part + 1) * PART_LENGTH);
        unit.put(credentialReportPartKey(account, part), { deflated: slice }, { expect: "any" });
      }
      for (let part = parts; part < (previous?.parts ?? 0); part++) {
        unit.delete(credentialReportPartKey(account, part), { expect: "any" });
      }
      unit.put(credentialReportKey(account), { generatedAt: now.toISOString(), parts });
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
    async run({ account, unit, now }) {
      const report = await unit.get(credentialReportKey(account));
      if (report === undefined) {
        throw new ApiError(
          "ReportNotPresent",
          "The request was rejected because the credential report does not exist. To generate a credential report, use GenerateCredentialReport.",
        );
      }
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
      const deflated = Buffer.from(parts.map((part) => part?.deflated ?? "").join(""), "base64");
      return {
        Content: inflateRawSync(deflated),
        ReportFormat: "text/csv",
        GeneratedTime: new Date(report.generatedAt),
      };
    },
  }),
} as const;

const isValid = ({ generatedAt }: { readonly generatedAt: string }, now: Date): boolean =>
  now.getTime() < Date.parse(generatedAt) + VALIDITY_MILLISECONDS;

/**
 * The report's rows, its header first.
 * @throws {ApiError} `ReportGenerationLimitExceeded`
 */
export async function reportRows(
  context: OperationContext,
): Promise<readonly (readonly string[])[]> {
  const { account, unit } = context;
  const { count = 0 } = await unit.counters(accountCountKey(account, "users"));
  if (count > MAX_USERS) {
    throw new ApiError(
      "ReportGenerationLimitExceeded",
      `The account has ${count} users; a credential report holds ${MAX_USERS} at most.`,
    );
  }
  const policy = await unit.get(passwordPolicyKey(account));
  const root = await findRoot(context);
  const [ofRoot] = await credentialsOf(context, [{ accessKeys: root.accessKeys, id: account }]);
  const rows: (readonly string[])[] = [
    REPORT_COLUMNS,
    rootRow(root, ofRoot ?? { keys: [], certificates: [] }),
  ];
  let after: string | undefined;
  for (let more = true; more; ) {
    const from = after === undefined ? {} : { after };
    const page = await unit.query<UserEntry>({
      account,
      partition: partitionOf("users"),
      limit: USERS_PER_READ,
      ...from,
    });
    const found = await unit.getAll(page.records.map(({ data }) => userKey(account, data.name)));
    const users = found.filter((user): user is UserRecord => user !== undefined);
    const credentials = await credentialsOf(
      context,
      users.map((user) => ({ accessKeys: user.accessKeys, id: user.principal.id })),
    );
    users.forEach((user, index) => {
      rows.push(userRow(user, policy, credentials[index] ?? { keys: [], certificates: [] }));
    });
    after = page.records.at(-1)?.key.sort;
    more = page.more && after !== undefined;
  }
  return rows;
}

/** Returns the credentials of many owners, since each read costs a round trip. */
async function credentialsOf(
  context: OperationContext,
  owners: readonly { readonly accessKeys: readonly string[]; readonly id: string }[],
): Promise<readonly ReportedCredentials[]> {
  const { account, unit, settings } = context;
  const ids = owners.flatMap((owner) => owner.accessKeys);
  const records = await unit.getAll(ids.map((id) => accessKeyKey(id, settings.managementAccount)));
  const usages = await unit.getAll(ids.map((id) => accessKeyUsageKey(account, id)));
  const ownerIds = owners.map(({ id }) => id);
  const userCredentials = await unit.getAll(ownerIds.map((id) => userCredentialsKey(account, id)));
  const passwords = await passwordUses(context, ownerIds);
  const keys = new Map(
    ids.map((id, index) => [id, { record: records[index], usage: usages[index] }]),
  );
  return owners.map(({ accessKeys }, index) => ({
    keys: accessKeys.flatMap((id) => {
      const { record, usage } = keys.get(id) ?? {};
      return record ? [{ record, usage }] : [];
    }),
    certificates: (userCredentials[index] ?? NO_CREDENTIALS).signingCertificates,
    passwordLastUsed: passwords[index],
  }));
}
