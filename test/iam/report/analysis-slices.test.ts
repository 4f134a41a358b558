import {
  DeleteAnalyzerCommand,
  GetAnalyzerCommand,
  paginateGetFindingV2,
} from "@aws-sdk/client-accessanalyzer";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
} from "@aws-sdk/client-iam";
import { accountCountKey } from "@portcullis/iam/record/account";
import type { Store } from "@portcullis/iam/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { positionAfter } from "../../../packages/iam/src/operation/access-analyzer/account-walk.ts";
import { analysisRunPartition } from "../../../packages/iam/src/record/analysis-run.ts";
import { analyzerKey } from "../../../packages/iam/src/record/analyzer.ts";
import { roleLastUsedKey } from "../../../packages/iam/src/record/last-used.ts";
import { advanceDays } from "../../support/clock.ts";
import type { TestInstallation } from "../../support/harness.ts";
import { seedPrincipals } from "../../support/seed-principals.ts";
import { openOrganization } from "../../support/tenant.ts";
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

describe("an analysis of several slices", () => {
  test.each(["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"] as const)(
    "finds what one of a single slice finds: %s",
    async (type) => {
      const { account } = at;
      await seedPrincipals(store, { account, users: 40, roles: 20, now: new Date() });
      const whole = await analysis.listAll(await analysis.createAnalyzer("whole", type));
      const slices = await analysis.createAnalyzer("slices", type);
      const calls = await analysis.untilComplete("slices", { ...ONE_BY_ONE, principalsAtOnce: 7 });
      expect(calls).toBe(type === "ACCOUNT" ? 3 : 9);
      expect(shown(await analysis.listAll(slices))).toEqual(shown(whole));
      expect(whole.length).toBeGreaterThanOrEqual(type === "ACCOUNT" ? 2 : 20);
      expect(
        await store.query({ account, partition: analysisRunPartition("slices"), limit: 9 }),
      ).toEqual({ records: [], more: false });
    },
  );

  test("is as old as its first slice, and knows what it has read as it was then", async () => {
    await analysis.addRole("A-first", 222222222222);
    await analysis.addRole("M-middle", 222222222222);
    await analysis.addRole("Z-last", 222222222222);
    const arn = await analysis.createAnalyzer("slices");
    const startedAt = new Date();
    expect(await analysis.slice("slices")).toBe("incomplete");
    expect(await analysis.slice("slices")).toBe("incomplete");
    await at.iam.send(new DeleteRoleCommand({ RoleName: "A-first" }));
    await at.iam.send(new DeleteRoleCommand({ RoleName: "Z-last" }));
    await analysis.addRole("B-new", 222222222222);
    advanceDays(20 * SECONDS);
    expect(await analysis.namesOf(arn)).toEqual(expect.arrayContaining(["A-first", "M-middle"]));
    expect(await analysis.namesOf(arn)).toHaveLength(2);
    const [finding] = await analysis.listAll(arn);
    expect(finding?.analyzedAt).toEqual(startedAt);
    const { analyzer } = await at.analyzer.send(new GetAnalyzerCommand({ analyzerName: "slices" }));
    expect(analyzer?.lastResourceAnalyzedAt).toEqual(startedAt);
    advanceDays(60 * SECONDS);
    expect(shown(await analysis.listAll(arn)).sort()).toEqual([
      ["A-first", "ExternalAccess", "RESOLVED"],
      ["B-new", "ExternalAccess", "ACTIVE"],
      ["M-middle", "ExternalAccess", "ACTIVE"],
    ]);
  });

  test("keeps the worst findings of all slices", async () => {
    await analysis.addRole("A", 222222222222, 333333333333);
    await analysis.addRole("B", 444444444444);
    await analysis.addRole("C", "*");
    await analysis.createAnalyzer("slices");
    const limits = { ...ONE_BY_ONE, findings: 2, partBytes: 10 };
    await analysis.untilComplete("slices", limits);
    expect(await analysis.visible("slices")).toEqual(["* ACTIVE", "222222222222 ACTIVE"]);
  });

  test("that was left for more than an hour begins again", async () => {
    await analysis.addRole("A", 222222222222);
    await analysis.addRole("B", 222222222222);
    await analysis.createAnalyzer("slices");
    await analysis.slice("slices");
    const left = await analysis.runOf("slices");
    advanceDays(3601 * SECONDS);
    await analysis.slice("slices");
    const begun = await analysis.runOf("slices");
    expect(begun).toMatchObject({ startedAt: new Date().toISOString(), principals: 1, parts: 1 });
    expect(begun?.id).not.toBe(left?.id);
    await analysis.untilComplete("slices");
    expect(await analysis.visible("slices")).toHaveLength(2);
  });

  test("goes with its analyzer", async () => {
    const { account } = at;
    await analysis.addRole("A", 222222222222);
    await analysis.addRole("B", 222222222222);
    await analysis.createAnalyzer("slices");
    await analysis.slice("slices");
    await at.analyzer.send(new DeleteAnalyzerCommand({ analyzerName: "slices" }));
    const partition = analysisRunPartition("slices");
    expect((await store.query({ account, partition, limit: 9 })).records).toEqual([]);
    expect(await analysis.namesOf(await analysis.createAnalyzer("slices"))).toHaveLength(2);
  });
});

describe("an analysis of an organization", () => {
  test("goes on from account to account", async () => {
    const { open } = await openOrganization(at);
    const members = [await open("one"), await open("two")];
    await analysis.addRole("Partner", 222222222222);
    for (const { admin } of members)
      for (const RoleName of ["Partner", "Supplier"])
        await at
          .iamAs(admin)
          .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(222222222222) }));
    const whole = await analysis.listAll(await analysis.createAnalyzer("whole", "ORGANIZATION"));
    expect(whole).toHaveLength(5);
    for (const [name, listsAtOnce] of [
      ["each", 1],
      ["some", 2],
    ] as const) {
      const arn = await analysis.createAnalyzer(name, "ORGANIZATION");
      // Once for each role: its parts are saved by the call that reads it.
      const calls = await analysis.untilComplete(name, { ...ONE_BY_ONE, listsAtOnce });
      expect(calls).toBeGreaterThan(5);
      expect(await analysis.listAll(arn)).toEqual(
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

describe("the size of an account", () => {
  const count = (users: number) =>
    store.transact([
      { kind: "count", key: accountCountKey(at.account, "users"), counter: "count", by: users },
    ]);

  test("more than 100,000 users and roles are refused, and nothing is begun", async () => {
    const arn = await analysis.createAnalyzer("slices");
    await count(100_001);
    await expect(analysis.listAll(arn)).rejects.toMatchObject({
      name: "ServiceQuotaExceededException",
      $metadata: { httpStatusCode: 402 },
      resourceType: "Account",
      message: "The zone of trust has 100001 users and roles. Analyzers read 100000 at most.",
    });
    expect(await analysis.runOf("slices")).toBeUndefined();
    await count(-1);
    expect(await analysis.listAll(arn)).toEqual([]);
  });

  test("larger accounts are analyzed less often", async () => {
    const arn = await analysis.createAnalyzer("slices");
    expect(await analysis.listAll(arn)).toEqual([]);
    const key = analyzerKey(at.account, "slices");
    const [stored] = await store.get([key]);
    const data = { ...stored?.data, principals: 20_000 };
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    await analysis.addRole("A", 222222222222);
    advanceDays(239 * SECONDS);
    expect(await analysis.listAll(arn)).toEqual([]);
    advanceDays(2 * SECONDS);
    expect(await analysis.namesOf(arn)).toEqual(["A"]);
  });

  test("a finding names 200 services, and first those that there are", async () => {
    const services = numbers(100, 500).map((number) => `a${number}:*`);
    const Statement = { Effect: "Allow", Action: [...services, "orders:*"], Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Policy } = await at.iam.send(
      new CreatePolicyCommand({ PolicyName: "Many", PolicyDocument }),
    );
    const { Role } = await analysis.addRole("Many", at.account);
    await at.iam.send(
      new AttachRolePolicyCommand({ RoleName: "Many", PolicyArn: Policy?.Arn ?? "" }),
    );
    advanceDays(100);
    const key = roleLastUsedKey(at.account, Role?.RoleId ?? "");
    const data = { at: new Date().toISOString(), region: "us-east-1" };
    await store.transact([{ kind: "put", key, data, expect: "absent" }]);
    const analyzerArn = await analysis.createAnalyzer("slices", "ACCOUNT_UNUSED_ACCESS");
    const found = await analysis.listAll(analyzerArn);
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
