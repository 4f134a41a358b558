import {
  CreateAnalyzerCommand,
  type FindingSummaryV2,
  paginateListFindingsV2,
} from "@aws-sdk/client-accessanalyzer";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import type { OperationContext } from "@portcullis/iam/operation";
import type { Store } from "@portcullis/iam/store";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import { refreshFindings } from "../../../packages/iam/src/operation/access-analyzer/analysis.ts";
import {
  ANALYSIS_LIMITS,
  type AnalysisLimits,
} from "../../../packages/iam/src/operation/access-analyzer/analysis-limits.ts";
import { findingsOf } from "../../../packages/iam/src/operation/access-analyzer/stored-findings.ts";
import {
  type AnalysisRunRecord,
  analysisRunKey,
} from "../../../packages/iam/src/record/analysis-run.ts";
import { analyzerKey } from "../../../packages/iam/src/record/analyzer.ts";
import { startClock, stopClock } from "../../support/clock.ts";
import { startInstallation } from "../../support/harness.ts";
import { storeOf } from "../../support/seed-users.ts";

export const SECONDS = 1 / 86_400;
export const ONE_BY_ONE: AnalysisLimits = {
  ...ANALYSIS_LIMITS,
  milliseconds: 0,
  principalsAtOnce: 1,
};

export const trust = (...accounts: readonly (number | string)[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: accounts.map(String) },
      Action: "sts:AssumeRole",
    },
  });

export const shown = (findings: readonly FindingSummaryV2[]) =>
  findings.map(({ resource, findingType, status }) => [
    resource?.split("/").at(-1),
    findingType,
    status,
  ]);

export const numbers = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

export type SlicedAnalysis = Awaited<ReturnType<typeof startSlicedAnalysis>>;

/** An installation with a stopped clock, and what runs and reads analyses in it. */
export async function startSlicedAnalysis() {
  stopClock();
  const at = await startInstallation();
  const { store, close } = storeOf(at.local.dynamodbEndpoint);

  const addRole = (RoleName: string, ...accounts: readonly (number | string)[]) =>
    at.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(...accounts) }));
  const createAnalyzer = async (
    analyzerName: string,
    type: "ACCOUNT" | "ACCOUNT_UNUSED_ACCESS" | "ORGANIZATION" = "ACCOUNT",
  ) => (await at.analyzer.send(new CreateAnalyzerCommand({ analyzerName, type }))).arn ?? "";

  /** All findings, as a client of the API reads them, page by page. */
  async function listAll(analyzerArn: string): Promise<readonly FindingSummaryV2[]> {
    const found: FindingSummaryV2[] = [];
    const pages = paginateListFindingsV2(
      { client: at.analyzer, stopOnSameToken: true },
      { analyzerArn },
    );
    for await (const { findings = [] } of pages) found.push(...findings);
    return found;
  }

  const namesOf = async (arn: string) => shown(await listAll(arn)).map(([name]) => name);

  let requests = 0;

  const contextOf = (from: Store, requestId = `request-${requests++}`) =>
    ({
      account: at.account,
      unit: unitOfWork(from),
      now: new Date(),
      requestId,
      settings: { managementAccount: at.account },
    }) as OperationContext;

  /** Runs one slice of an analysis, as one API call does. */
  async function slice(name: string, limits: AnalysisLimits = ONE_BY_ONE, from = store) {
    const context = contextOf(from);
    const analyzer = await context.unit.get(analyzerKey(at.account, name));
    if (analyzer === undefined) throw new Error("no analyzer");
    const { state } = await refreshFindings(context, analyzer, limits);
    await context.unit.commit();
    return state;
  }
  async function untilComplete(name: string, limits: AnalysisLimits = ONE_BY_ONE) {
    let calls = 1;
    while ((await slice(name, limits)) !== "fresh") calls++;
    return calls;
  }
  async function runOf(name: string): Promise<AnalysisRunRecord | undefined> {
    return (await store.get([analysisRunKey(at.account, name)]))[0]?.data;
  }
  /** The findings that a caller would see now. */
  async function visible(name: string) {
    const context = contextOf(store);
    const analyzer = await context.unit.get(analyzerKey(at.account, name));
    if (analyzer === undefined) throw new Error("no analyzer");
    const found = await findingsOf(context, analyzer);
    return found.map(({ external, status }) => `${external?.principal.AWS} ${status}`).sort();
  }

  async function stop() {
    close();
    await at.stop();
    startClock();
  }
  return {
    at,
    store,
    stop,
    addRole,
    createAnalyzer,
    listAll,
    namesOf,
    contextOf,
    slice,
    untilComplete,
    runOf,
    visible,
  };
}
