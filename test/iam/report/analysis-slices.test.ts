import {
  CreateAnalyzerCommand,
  DeleteAnalyzerCommand,
  type FindingSummaryV2,
  GetAnalyzerCommand,
  ListFindingsV2Command,
  paginateGetFindingV2,
  paginateListFindingsV2,
  UpdateFindingsCommand,
} from "@aws-sdk/client-accessanalyzer";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { OperationContext } from "@portcullis/iam/operation";
import { accountCountKey } from "@portcullis/iam/record/account";
import type { Store } from "@portcullis/iam/store";
import { atomically, unitOfWork } from "@portcullis/iam/unit-of-work";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { positionAfter } from "../../../packages/iam/src/operation/access-analyzer/account-walk.ts";
import { refreshFindings } from "../../../packages/iam/src/operation/access-analyzer/analysis.ts";
import {
  ANALYSIS_LIMITS,
  type AnalysisLimits,
} from "../../../packages/iam/src/operation/access-analyzer/analysis-limits.ts";
import { findingsOf } from "../../../packages/iam/src/operation/access-analyzer/stored-findings.ts";
import {
  type AnalysisRunRecord,
  analysisRunKey,
  analysisRunPartition,
} from "../../../packages/iam/src/record/analysis-run.ts";
import { analyzerKey } from "../../../packages/iam/src/record/analyzer.ts";
import { roleLastUsedKey } from "../../../packages/iam/src/record/last-used.ts";
import { Conflict } from "../../../packages/iam/src/storage/store.ts";
import { advanceDays, startClock, stopClock } from "../../support/clock.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { seedPrincipals } from "../../support/seed-principals.ts";
import { storeOf } from "../../support/seed-users.ts";
import { openOrganization } from "../../support/tenant.ts";

let at: TestInstallation;
let store: Store;
let close: () => void;
beforeEach(async () => {
  stopClock();
  at = await startInstallation();
  ({ store, close } = storeOf(at.local.dynamodbEndpoint));
});
afterEach(async () => {
  close();
  await at.stop();
  startClock();
});

const SECONDS = 1 / 86_400;
const ONE_BY_ONE: AnalysisLimits = { ...ANALYSIS_LIMITS, milliseconds: 0, principalsAtOnce: 1 };

const trust = (...accounts: readonly (number | string)[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: accounts.map(String) },
      Action: "sts:AssumeRole",
    },
  });
const addRole = (RoleName: string, ...accounts: readonly (number | string)[]) =>
  at.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(...accounts) }));
const create = async (
  analyzerName: string,
  type: "ACCOUNT" | "ACCOUNT_UNUSED_ACCESS" | "ORGANIZATION" = "ACCOUNT",
) => (await at.analyzer.send(new CreateAnalyzerCommand({ analyzerName, type }))).arn ?? "";

/** All findings, as a client reads them that knows nothing of slices. */
async function listAll(analyzerArn: string): Promise<readonly FindingSummaryV2[]> {
  const found: FindingSummaryV2[] = [];
  const pages = paginateListFindingsV2(
    { client: at.analyzer, stopOnSameToken: true },
    { analyzerArn },
  );
  for await (const { findings = [] } of pages) found.push(...findings);
  return found;
}
const shown = (findings: readonly FindingSummaryV2[]) =>
  findings.map(({ resource, findingType, status }) => [
    resource?.split("/").at(-1),
    findingType,
    status,
  ]);
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

/** What one call makes of an analyzer's findings. */
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
/** What callers would see now. */
async function visible(name: string) {
  const context = contextOf(store);
  const analyzer = await context.unit.get(analyzerKey(at.account, name));
  if (analyzer === undefined) throw new Error("no analyzer");
  const found = await findingsOf(context, analyzer);
  return found.map(({ external, status }) => `${external?.principal.AWS} ${status}`).sort();
}
const numbers = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

describe("an analysis of several slices", () => {
  test.each(["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"] as const)(
    "finds what one of a single slice finds: %s",
    async (type) => {
      const { account } = at;
      await seedPrincipals(store, { account, users: 40, roles: 20, now: new Date() });
      const whole = await listAll(await create("whole", type));
      const slices = await create("slices", type);
      const calls = await untilComplete("slices", { ...ONE_BY_ONE, principalsAtOnce: 7 });
      expect(calls).toBe(type === "ACCOUNT" ? 3 : 9);
      expect(shown(await listAll(slices))).toEqual(shown(whole));
      expect(whole.length).toBeGreaterThanOrEqual(type === "ACCOUNT" ? 2 : 20);
      expect(
        await store.query({ account, partition: analysisRunPartition("slices"), limit: 9 }),
      ).toEqual({ records: [], more: false });
    },
  );

  test("is as old as its first slice, and knows what it has read as it was then", async () => {
    await addRole("A-first", 222222222222);
    await addRole("M-middle", 222222222222);
    await addRole("Z-last", 222222222222);
    const arn = await create("slices");
    const startedAt = new Date();
    expect(await slice("slices")).toBe("incomplete");
    expect(await slice("slices")).toBe("incomplete");
    await at.iam.send(new DeleteRoleCommand({ RoleName: "A-first" }));
    await at.iam.send(new DeleteRoleCommand({ RoleName: "Z-last" }));
    await addRole("B-new", 222222222222);
    advanceDays(20 * SECONDS);
    expect(await namesOf(arn)).toEqual(expect.arrayContaining(["A-first", "M-middle"]));
    expect(await namesOf(arn)).toHaveLength(2);
    const [finding] = await listAll(arn);
    expect(finding?.analyzedAt).toEqual(startedAt);
    const { analyzer } = await at.analyzer.send(new GetAnalyzerCommand({ analyzerName: "slices" }));
    expect(analyzer?.lastResourceAnalyzedAt).toEqual(startedAt);
    advanceDays(60 * SECONDS);
    expect(shown(await listAll(arn)).sort()).toEqual([
      ["A-first", "ExternalAccess", "RESOLVED"],
      ["B-new", "ExternalAccess", "ACTIVE"],
      ["M-middle", "ExternalAccess", "ACTIVE"],
    ]);
  });

  test("keeps the worst findings of all slices", async () => {
    await addRole("A", 222222222222, 333333333333);
    await addRole("B", 444444444444);
    await addRole("C", "*");
    await create("slices");
    const limits = { ...ONE_BY_ONE, findings: 2, partBytes: 10 };
    await untilComplete("slices", limits);
    expect(await visible("slices")).toEqual(["* ACTIVE", "222222222222 ACTIVE"]);
  });

  test("that was left for more than an hour begins again", async () => {
    await addRole("A", 222222222222);
    await addRole("B", 222222222222);
    await create("slices");
    await slice("slices");
    const left = await runOf("slices");
    advanceDays(3601 * SECONDS);
    await slice("slices");
    const begun = await runOf("slices");
    expect(begun).toMatchObject({ startedAt: new Date().toISOString(), principals: 1, parts: 1 });
    expect(begun?.id).not.toBe(left?.id);
    await untilComplete("slices");
    expect(await visible("slices")).toHaveLength(2);
  });

  test("goes with its analyzer", async () => {
    const { account } = at;
    await addRole("A", 222222222222);
    await addRole("B", 222222222222);
    await create("slices");
    await slice("slices");
    await at.analyzer.send(new DeleteAnalyzerCommand({ analyzerName: "slices" }));
    const partition = analysisRunPartition("slices");
    expect((await store.query({ account, partition, limit: 9 })).records).toEqual([]);
    expect(await namesOf(await create("slices"))).toHaveLength(2);
  });
});

describe("an analysis of an organization", () => {
  test("goes on from account to account", async () => {
    const { open } = await openOrganization(at);
    const members = [await open("one"), await open("two")];
    await addRole("Partner", 222222222222);
    for (const { admin } of members)
      for (const RoleName of ["Partner", "Supplier"])
        await at
          .iamAs(admin)
          .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(222222222222) }));
    const whole = await listAll(await create("whole", "ORGANIZATION"));
    expect(whole).toHaveLength(5);
    for (const [name, listsAtOnce] of [
      ["each", 1],
      ["some", 2],
    ] as const) {
      const arn = await create(name, "ORGANIZATION");
      // Once for each role: its parts are saved by the call that reads it.
      const calls = await untilComplete(name, { ...ONE_BY_ONE, listsAtOnce });
      expect(calls).toBeGreaterThan(5);
      expect(await listAll(arn)).toEqual(
        whole.map(({ analyzedAt: _, ...rest }) => expect.objectContaining(rest)),
      );
    }
  });

  test("does not go on with an account that has left", () => {
    const accounts = ["100000000000", "300000000000"];
    const users = { account: "200000000000", list: "users", after: "/x" } as const;
    const type = "ORGANIZATION_UNUSED_ACCESS";
    const next = { account: "300000000000", list: "users" };
    expect(positionAfter(users, type, accounts)).toEqual(next);
    const roles = { account: "300000000000", list: "roles" } as const;
    expect(positionAfter({ ...users, account: "300000000000" }, type, accounts)).toEqual(roles);
    expect(positionAfter(roles, type, accounts)).toBeUndefined();
  });
});

describe("while another request works at the analysis", () => {
  beforeEach(async () => {
    await addRole("A", 222222222222);
  });
  const list = (analyzerArn: string, nextToken?: string) =>
    at.analyzer.send(new ListFindingsV2Command({ analyzerArn, nextToken }));
  /** As it is while a call is at work, or when its function was lost. */
  async function lose(name: string) {
    const failing: Store = {
      ...store,
      transact: (writes) => {
        if (writes.some(({ kind }) => kind === "delete")) throw new Error("lost");
        return store.transact(writes);
      },
    };
    await expect(slice(name, ANALYSIS_LIMITS, failing)).rejects.toThrow("lost");
  }

  test("pages are empty until there are findings, and no token comes twice", async () => {
    const arn = await create("slices");
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
    const arn = await create("slices");
    expect(await namesOf(arn)).toEqual(["A"]);
    await addRole("B", 222222222222);
    advanceDays(61 * SECONDS);
    await lose("slices");
    expect(await namesOf(arn)).toEqual(["A"]);
    advanceDays(31 * SECONDS);
    expect((await namesOf(arn)).sort()).toEqual(["A", "B"]);
  });

  test("clients that read at once all read all findings", async () => {
    const { account } = at;
    await seedPrincipals(store, { account, users: 0, roles: 300, now: new Date() });
    const arn = await create("slices");
    const readers = await Promise.all([1, 2, 3, 4].map(() => namesOf(arn)));
    for (const names of readers) expect(names).toHaveLength(31);
    expect(await runOf("slices")).toBeUndefined();
  });

  test("a request whose work another one has taken on changes nothing", async () => {
    const arn = await create("slices");
    let transactions = 0;
    const slow: Store = {
      ...store,
      async transact(writes) {
        // The first one takes the work on.
        if (++transactions === 2) {
          advanceDays(31 * SECONDS);
          const [finding] = await listAll(arn);
          const ids = [finding?.id ?? ""];
          await at.analyzer.send(
            new UpdateFindingsCommand({ analyzerArn: arn, ids, status: "ARCHIVED" }),
          );
        }
        return store.transact(writes);
      },
    };
    await expect(slice("slices", ANALYSIS_LIMITS, slow)).rejects.toThrow(Conflict);
    expect(shown(await listAll(arn))).toEqual([["A", "ExternalAccess", "ARCHIVED"]]);
  });

  test("a request leaves the work to another one that has taken it on", async () => {
    await create("slices");
    let other: AnalysisRunRecord | undefined;
    const slow: Store = {
      ...store,
      async transact(writes) {
        await store.transact(writes);
        if (other !== undefined) return;
        advanceDays(31 * SECONDS);
        await lose("slices");
        other = await runOf("slices");
      },
    };
    await expect(slice("slices", ANALYSIS_LIMITS, slow)).rejects.toThrow(Conflict);
    expect(other?.worker).toBeDefined();
    expect(await runOf("slices")).toEqual(other);
  });

  test("a call that lost its work to a conflict takes up what is there", async () => {
    const arn = await create("slices");
    const requestId = "the same request";
    let transactions = 0;
    const slow: Store = {
      ...store,
      async transact(writes) {
        if (++transactions === 2) {
          advanceDays(31 * SECONDS);
          await listAll(arn);
        }
        return store.transact(writes);
      },
    };
    const state = await atomically(slow, async (unit) => {
      const context = { ...contextOf(slow, requestId), unit, now: new Date() };
      const analyzer = await unit.get(analyzerKey(at.account, "slices"));
      if (analyzer === undefined) throw new Error("no analyzer");
      return (await refreshFindings(context, analyzer)).state;
    });
    expect(state).toBe("fresh");
    expect(await visible("slices")).toEqual(["222222222222 ACTIVE"]);
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
  /** A table that is gone after so many transactions. */
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
    await addRole("Many", ...OLD);
    await addRole("None", at.account);
    await create("slices");
    await untilComplete("slices", ANALYSIS_LIMITS);
    expect(await visible("slices")).toEqual(before);
    const policy = { RoleName: "Many", PolicyDocument: trust(...NEW) };
    await at.iam.send(new UpdateAssumeRolePolicyCommand(policy));
    advanceDays(61 * SECONDS);
  });

  test("shows all findings of one analysis, wherever that was, and goes on", async () => {
    const seen: string[] = [];
    for (let most = 0; seen.at(-1) !== "complete"; most++) {
      const limits = { ...ONE_BY_ONE, milliseconds: 10_000, partBytes: 5_000 };
      const state = slice("slices", limits, failingAfter(most));
      seen.push(
        await state.then(
          () => "complete",
          ({ message }) => message,
        ),
      );
      const isPublished = (await runOf("slices")) === undefined && most > 0;
      expect(await visible("slices")).toEqual(isPublished ? after : before);
      advanceDays(31 * SECONDS);
    }
    // The work, its parts, the findings by sixties, their publication, the deletion of the parts.
    expect(seen.length).toBeGreaterThan(5);
    expect(await visible("slices")).toEqual(after);
  });

  test("keeps what a user does to its findings meanwhile", async () => {
    await expect(slice("slices", ANALYSIS_LIMITS, failingAfter(4))).rejects.toThrow("interrupted");
    const analyzerArn = `arn:aws:access-analyzer:us-east-1:${at.account}:analyzer/slices`;
    const resourceArn = `arn:aws:iam::${at.account}:role/Many`;
    const archive = { analyzerArn, resourceArn, status: "ARCHIVED" } as const;
    await at.analyzer.send(new UpdateFindingsCommand(archive));
    const archived = OLD.map((account) => `${account} ARCHIVED`);
    expect(await visible("slices")).toEqual(archived);
    advanceDays(31 * SECONDS);
    await untilComplete("slices", ANALYSIS_LIMITS);
    expect(await visible("slices")).toEqual([
      ...OLD.slice(0, 60).map((account) => `${account} RESOLVED`),
      ...NEW.slice(0, 10).map((account) => `${account} ARCHIVED`),
      ...NEW.slice(10).map((account) => `${account} ACTIVE`),
    ]);
  });

  test("leaves nothing behind that a later one shows", async () => {
    await expect(slice("slices", ANALYSIS_LIMITS, failingAfter(4))).rejects.toThrow("interrupted");
    // Back to what was published, so that the results of the interrupted one are of nothing.
    const policy = { RoleName: "Many", PolicyDocument: trust(...OLD) };
    await at.iam.send(new UpdateAssumeRolePolicyCommand(policy));
    advanceDays(3_601 * SECONDS);
    await untilComplete("slices", ANALYSIS_LIMITS);
    expect(await visible("slices")).toEqual(before);
  });
});

describe("the size of an account", () => {
  const count = (users: number) =>
    store.transact([
      { kind: "count", key: accountCountKey(at.account, "users"), counter: "count", by: users },
    ]);

  test("more than 100,000 users and roles are refused, and nothing is begun", async () => {
    const arn = await create("slices");
    await count(100_001);
    await expect(listAll(arn)).rejects.toMatchObject({
      name: "ServiceQuotaExceededException",
      $metadata: { httpStatusCode: 402 },
      resourceType: "Account",
      message: "The zone of trust has 100001 users and roles. Analyzers read 100000 at most.",
    });
    expect(await runOf("slices")).toBeUndefined();
    await count(-1);
    expect(await listAll(arn)).toEqual([]);
  });

  test("larger accounts are analyzed less often", async () => {
    const arn = await create("slices");
    expect(await listAll(arn)).toEqual([]);
    const key = analyzerKey(at.account, "slices");
    const [stored] = await store.get([key]);
    const data = { ...stored?.data, principals: 20_000 };
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    await addRole("A", 222222222222);
    advanceDays(239 * SECONDS);
    expect(await listAll(arn)).toEqual([]);
    advanceDays(2 * SECONDS);
    expect(await namesOf(arn)).toEqual(["A"]);
  });

  test("a finding names 200 services, and first those that there are", async () => {
    const services = numbers(100, 500).map((number) => `a${number}:*`);
    const Statement = { Effect: "Allow", Action: [...services, "orders:*"], Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Policy } = await at.iam.send(
      new CreatePolicyCommand({ PolicyName: "Many", PolicyDocument }),
    );
    const { Role } = await addRole("Many", at.account);
    await at.iam.send(
      new AttachRolePolicyCommand({ RoleName: "Many", PolicyArn: Policy?.Arn ?? "" }),
    );
    advanceDays(100);
    const key = roleLastUsedKey(at.account, Role?.RoleId ?? "");
    const data = { at: new Date().toISOString(), region: "us-east-1" };
    await store.transact([{ kind: "put", key, data, expect: "absent" }]);
    const analyzerArn = await create("slices", "ACCOUNT_UNUSED_ACCESS");
    const found = await listAll(analyzerArn);
    expect(shown(found)).toEqual([["Many", "UnusedPermission", "ACTIVE"]]);
    const named: (string | undefined)[] = [];
    const input = { analyzerArn, id: found[0]?.id };
    for await (const { findingDetails = [] } of paginateGetFindingV2(
      { client: at.analyzer },
      input,
    ))
      named.push(...findingDetails.map((one) => one.unusedPermissionDetails?.serviceNamespace));
    expect(named).toEqual(["orders", ...services.slice(0, 199).map((one) => one.slice(0, -2))]);
  });
});
