import type { CredentialReportRow, PrincipalUse, Usage } from "@portcullis/analysis";
import { loadLastAccessed } from "../../analysis/last-accessed.ts";
import { forEachLimited } from "../../api/concurrency.ts";
import { loadCredentialReport } from "../../api/credential-report.ts";
import { describeFailure } from "../../api/errors.ts";

/** What is known of use, and what of it is left out: a sentence each. */
export interface KnownUse {
  readonly usage: Usage;
  readonly leftOut: readonly string[];
}

/** Each costs two calls. */
const MOST_USES = 100;

/** The credential report, and what the first users and roles used of what they may use. */
export async function loadUsage(
  principals: readonly string[],
  signal: AbortSignal,
  onProgress: (words: string) => void,
): Promise<KnownUse> {
  onProgress("Reading the credential report");
  const [report, last] = [
    await credentialRows(signal),
    await lastAccessed(principals, signal, onProgress),
  ];
  return {
    usage: { credentialReport: report.rows, lastAccessed: last.uses },
    leftOut: [...report.leftOut, ...last.leftOut],
  };
}

async function credentialRows(signal: AbortSignal): Promise<{
  readonly rows: readonly CredentialReportRow[] | undefined;
  readonly leftOut: readonly string[];
}> {
  try {
    const { rows } = await loadCredentialReport(signal);
    return { rows: rows as readonly CredentialReportRow[], leftOut: [] };
  } catch (error) {
    if (signal.aborted) throw error;
    const { message } = describeFailure(error);
    return { rows: undefined, leftOut: [`Unused credentials are left out: ${message}`] };
  }
}

async function lastAccessed(
  principals: readonly string[],
  signal: AbortSignal,
  onProgress: (words: string) => void,
): Promise<{ readonly uses: readonly PrincipalUse[]; readonly leftOut: readonly string[] }> {
  const asked = principals.slice(0, MOST_USES);
  const uses: PrincipalUse[] = [];
  let refusal: string | undefined;
  const failed: string[] = [];
  let done = 0;
  await forEachLimited(asked, signal, async (Arn) => {
    // Who may not ask for one may mostly not ask for the others.
    if (refusal !== undefined) return;
    try {
      const services = await loadLastAccessed(Arn, "SERVICE_LEVEL", signal);
      uses.push({ Arn, ServicesLastAccessed: services });
    } catch (error) {
      if (signal.aborted) throw error;
      const { kind, message } = describeFailure(error);
      if (kind === "denied" || kind === "throttled") refusal = message;
      // It may be deleted since it was read.
      else if (kind !== "missing") failed.push(message);
    }
    onProgress(`Reading what is used: ${++done} of ${asked.length}`);
  });
  if (refusal !== undefined)
    return { uses, leftOut: [`Unused permissions are left out: ${refusal}`] };
  const isWhole = principals.length <= MOST_USES;
  const all = principals.length.toLocaleString("en");
  const [why] = failed;
  return {
    uses,
    leftOut: [
      ...(isWhole
        ? []
        : [`Unused permissions are those of the first ${MOST_USES} of ${all} users and roles.`]),
      ...(why === undefined
        ? []
        : [`Unused permissions of ${failed.length} users and roles are left out: ${why}`]),
    ],
  };
}
