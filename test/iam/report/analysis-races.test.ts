import { ListFindingsV2Command, UpdateFindingsCommand } from "@aws-sdk/client-accessanalyzer";
import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Store } from "@portcullis/iam/store";
import { atomically } from "@portcullis/iam/unit-of-work";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refreshFindings } from "../../../packages/iam/src/operation/access-analyzer/analysis.ts";
import { ANALYSIS_LIMITS } from "../../../packages/iam/src/operation/access-analyzer/analysis-limits.ts";
import type { AnalysisRunRecord } from "../../../packages/iam/src/record/analysis-run.ts";
import { analyzerKey } from "../../../packages/iam/src/record/analyzer.ts";
import { Conflict } from "../../../packages/iam/src/storage/store.ts";
import { advanceDays } from "../../support/clock.ts";
import type { TestInstallation } from "../../support/harness.ts";
import { seedPrincipals } from "../../support/seed-principals.ts";
import {
  numbers,
  ONE_BY_ONE,
  SECONDS,
  type SlicedAnalysis,
  shown,
  startSlicedAnalysis,
  trust,
} from "./sliced-analysis.ts";

let analysis: SlicedAnalysis;
let at: TestInstallation;
let store: Store;
beforeEach(async () => {
  analysis = await startSlicedAnalysis();
  ({ at, store } = analysis);
});
afterEach(() => analysis.stop());

describe("while another request works at the analysis", () => {
  beforeEach(async () => {
    await analysis.addRole("A", 222222222222);
  });
  const list = (analyzerArn: string, nextToken?: string) =>
    at.analyzer.send(new ListFindingsV2Command({ analyzerArn, nextToken }));
  /** Leaves the run taken, as it is during a call or after its function has failed. */
  async function lose(name: string) {
    const failing: Store = {
      ...store,
      transact: (writes) => {
        if (writes.some(({ kind }) => kind === "delete")) throw new Error("lost");
        return store.transact(writes);
      },
    };
    await expect(analysis.slice(name, ANALYSIS_LIMITS, failing)).rejects.toThrow("lost");
  }

  test("pages are empty until there are findings, and no token comes twice", async () => {
    const arn = await analysis.createAnalyzer("slices");
    await lose("slices");
    const first = await list(arn);
    expect(first).toMatchObject({ findings: [], nextToken: "analysis.1" });
    const second = await list(arn, first.nextToken);
    expect(second).toMatchObject({ findings: [], nextToken: "analysis.2" });
    // A function has 25 seconds.
    advanceDays(31 * SECONDS);
    const third = await list(arn, second.nextToken);
    expect(shown(third.findings ?? [])).toEqual([["A", "ExternalAccess", "ACTIVE"]]);
    expect(third.nextToken).toBeUndefined();
  });

  test("the findings of the last analysis are answered", async () => {
    const arn = await analysis.createAnalyzer("slices");
    expect(await analysis.namesOf(arn)).toEqual(["A"]);
    await analysis.addRole("B", 222222222222);
    advanceDays(61 * SECONDS);
    await lose("slices");
    expect(await analysis.namesOf(arn)).toEqual(["A"]);
    advanceDays(31 * SECONDS);
    expect((await analysis.namesOf(arn)).sort()).toEqual(["A", "B"]);
  });

  test("clients that read at once all read all findings", async () => {
    const { account } = at;
    await seedPrincipals(store, { account, users: 0, roles: 300, now: new Date() });
    const arn = await analysis.createAnalyzer("slices");
    const readers = await Promise.all([1, 2, 3, 4].map(() => analysis.namesOf(arn)));
    for (const names of readers) expect(names).toHaveLength(31);
    expect(await analysis.runOf("slices")).toBeUndefined();
  });

  test("a request whose work another one has taken on changes nothing", async () => {
    const arn = await analysis.createAnalyzer("slices");
    let transactions = 0;
    const slow: Store = {
      ...store,
      async transact(writes) {
        // The first one takes the work on.
        if (++transactions === 2) {
          advanceDays(31 * SECONDS);
          const [finding] = await analysis.listAll(arn);
          const ids = [finding?.id ?? ""];
          await at.analyzer.send(
            new UpdateFindingsCommand({ analyzerArn: arn, ids, status: "ARCHIVED" }),
          );
        }
        return store.transact(writes);
      },
    };
    await expect(analysis.slice("slices", ANALYSIS_LIMITS, slow)).rejects.toThrow(Conflict);
    expect(shown(await analysis.listAll(arn))).toEqual([["A", "ExternalAccess", "ARCHIVED"]]);
  });

  test("a request leaves the work to another one that has taken it on", async () => {
    await analysis.createAnalyzer("slices");
    let other: AnalysisRunRecord | undefined;
    const slow: Store = {
      ...store,
      async transact(writes) {
        await store.transact(writes);
        if (other !== undefined) return;
        advanceDays(31 * SECONDS);
        await lose("slices");
        other = await analysis.runOf("slices");
      },
    };
    await expect(analysis.slice("slices", ANALYSIS_LIMITS, slow)).rejects.toThrow(Conflict);
    expect(other?.worker).toBeDefined();
    expect(await analysis.runOf("slices")).toEqual(other);
  });

  test("a call that lost its work to a conflict takes up what is there", async () => {
    const arn = await analysis.createAnalyzer("slices");
    const requestId = "the same request";
    let transactions = 0;
    const slow: Store = {
      ...store,
      async transact(writes) {
        if (++transactions === 2) {
          advanceDays(31 * SECONDS);
          await analysis.listAll(arn);
        }
        return store.transact(writes);
      },
    };
    const state = await atomically(slow, async (unit) => {
      const context = { ...analysis.contextOf(slow, requestId), unit, now: new Date() };
      const analyzer = await unit.get(analyzerKey(at.account, "slices"));
      if (analyzer === undefined) throw new Error("no analyzer");
      return (await refreshFindings(context, analyzer)).state;
    });
    expect(state).toBe("fresh");
    expect(await analysis.visible("slices")).toEqual(["222222222222 ACTIVE"]);
  });
});

describe("an analysis that is interrupted", () => {
  const OLD = numbers(200_000_000_000, 70);
  const NEW = numbers(200_000_000_060, 70);
  const before = OLD.map((account) => `${account} ACTIVE`);
  const after = [
    ...OLD.slice(0, 60).map((account) => `${account} RESOLVED`),
    ...NEW.map((account) => `${account} ACTIVE`),
  ];
  /** A store that fails after `most` transactions. */
  const failingAfter = (most: number): Store => {
    let transactions = 0;
    return {
      ...store,
      transact(writes) {
        if (++transactions > most) throw new Error("interrupted");
        return store.transact(writes);
      },
    };
  };

  beforeEach(async () => {
    await analysis.addRole("Many", ...OLD);
    await analysis.addRole("None", at.account);
    await analysis.createAnalyzer("slices");
    await analysis.untilComplete("slices", ANALYSIS_LIMITS);
    expect(await analysis.visible("slices")).toEqual(before);
    const policy = { RoleName: "Many", PolicyDocument: trust(...NEW) };
    await at.iam.send(new UpdateAssumeRolePolicyCommand(policy));
    advanceDays(61 * SECONDS);
  });

  test("shows all findings of one analysis, wherever that was, and goes on", async () => {
    const seen: string[] = [];
    for (let most = 0; seen.at(-1) !== "complete"; most++) {
      const limits = { ...ONE_BY_ONE, milliseconds: 10_000, partBytes: 5_000 };
      const state = analysis.slice("slices", limits, failingAfter(most));
      seen.push(
        await state.then(
          () => "complete",
          ({ message }) => message,
        ),
      );
      const isPublished = (await analysis.runOf("slices")) === undefined && most > 0;
      expect(await analysis.visible("slices")).toEqual(isPublished ? after : before);
      advanceDays(31 * SECONDS);
    }
    // The work, its parts, the findings by sixties, their publication, the deletion of the parts.
    expect(seen.length).toBeGreaterThan(5);
    expect(await analysis.visible("slices")).toEqual(after);
  });

  test("keeps what a user does to its findings meanwhile", async () => {
    await expect(analysis.slice("slices", ANALYSIS_LIMITS, failingAfter(4))).rejects.toThrow(
      "interrupted",
    );
    const analyzerArn = `arn:aws:access-analyzer:us-east-1:${at.account}:analyzer/slices`;
    const resourceArn = `arn:aws:iam::${at.account}:role/Many`;
    const archive = { analyzerArn, resourceArn, status: "ARCHIVED" } as const;
    await at.analyzer.send(new UpdateFindingsCommand(archive));
    const archived = OLD.map((account) => `${account} ARCHIVED`);
    expect(await analysis.visible("slices")).toEqual(archived);
    advanceDays(31 * SECONDS);
    await analysis.untilComplete("slices", ANALYSIS_LIMITS);
    expect(await analysis.visible("slices")).toEqual([
      ...OLD.slice(0, 60).map((account) => `${account} RESOLVED`),
      ...NEW.slice(0, 10).map((account) => `${account} ARCHIVED`),
      ...NEW.slice(10).map((account) => `${account} ACTIVE`),
    ]);
  });

  test("leaves nothing behind that a later one shows", async () => {
    await expect(analysis.slice("slices", ANALYSIS_LIMITS, failingAfter(4))).rejects.toThrow(
      "interrupted",
    );
    // Back to what was published, so that the results of the interrupted one are of nothing.
    const policy = { RoleName: "Many", PolicyDocument: trust(...OLD) };
    await at.iam.send(new UpdateAssumeRolePolicyCommand(policy));
    advanceDays(3_601 * SECONDS);
    await analysis.untilComplete("slices", ANALYSIS_LIMITS);
    expect(await analysis.visible("slices")).toEqual(before);
  });
});
