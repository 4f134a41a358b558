import { GenerateCredentialReportCommand, GetCredentialReportCommand } from "@aws-sdk/client-iam";
import { iam } from "./clients.ts";
import { parseCsv } from "./parse-csv.ts";

/** AWS's credential report: a row for each user, and one for the root user. */
export interface CredentialReport {
  /** As answered, byte for byte. */
  readonly text: string;
  readonly generatedAt: Date;
  readonly columns: readonly string[];
  readonly rows: readonly CredentialRow[];
}

/** By AWS's column names, such as `password_last_used`. */
export type CredentialRow = Readonly<Record<string, string>>;

/** Each call makes the rows of 1,000 users. A report has some 30,000 at most. */
const ATTEMPTS = 60;
const WAIT_MILLISECONDS = 500;

/** The report, made first when there is none or the last one is older than four hours. */
export async function loadCredentialReport(abortSignal: AbortSignal): Promise<CredentialReport> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { State } = await iam(new GenerateCredentialReportCommand({}), { abortSignal });
    if (State === "COMPLETE") break;
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
  }
  const { Content, GeneratedTime } = await iam(new GetCredentialReportCommand({}), { abortSignal });
  const text = new TextDecoder().decode(Content);
  const [columns = [], ...records] = parseCsv(text);
  const rows = records.map((record) =>
    Object.fromEntries(columns.map((column, at) => [column, record[at] ?? ""])),
  );
  return { text, generatedAt: GeneratedTime ?? new Date(), columns, rows };
}

/** A time of the report; undefined for `N/A`, `no_information` and the like. */
export function reportedTime(value: string | undefined): Date | undefined {
  const milliseconds = Date.parse(value ?? "");
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds);
}
