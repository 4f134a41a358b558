import { isDeepStrictEqual } from "node:util";
import {
  CreateAnalyzerCommand,
  CreateArchiveRuleCommand,
  type FindingSummaryV2,
  GetFindingV2Command,
  ListFindingsV2Command,
  UpdateFindingsCommand,
} from "@aws-sdk/client-accessanalyzer";
import {
  AttachRolePolicyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetUserCommand,
} from "@aws-sdk/client-iam";
import { serviceAccessKey } from "@portcullis/iam/record/last-accessed";
import { atomically } from "@portcullis/iam/unit-of-work";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { advanceDays, startClock, stopClock } from "../../support/clock.ts";
import { eventually } from "../../support/eventually.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { installedStore } from "../../support/installed-store.ts";
import { allow, user } from "../../support/people.ts";
import { roleTrust } from "../../support/trust.ts";

/** Findings are as old as a minute when they are read. */
const MINUTES = 2 / (24 * 60);

let at: TestInstallation;
beforeAll(async () => {
  stopClock();
  at = await startInstallation();
});
afterAll(async () => {
  startClock();
  await at.stop();
});
beforeEach(() => advanceDays(MINUTES));

const trust = (AWS: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" },
  });
const addRole = (RoleName: string, AssumeRolePolicyDocument: string) =>
  at.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
const list = async (analyzerArn: string): Promise<readonly FindingSummaryV2[]> =>
  (await at.analyzer.send(new ListFindingsV2Command({ analyzerArn }))).findings ?? [];

describe("findings of external access over time", () => {
  let analyzerArn: string;
  const states = async () =>
    (await list(analyzerArn)).map(({ resource, status }) => [resource?.split("/")[1], status]);
  const created = async (analyzerName: string) =>
    (await at.analyzer.send(new CreateAnalyzerCommand({ analyzerName, type: "ACCOUNT" }))).arn ??
    "";

  test("are resolved when the access is gone, and active when it is there again", async () => {
    await addRole("Partner", trust("222222222222"));
    analyzerArn = await created("external");
    const [before] = await list(analyzerArn);
    expect(before?.status).toBe("ACTIVE");
    await at.iam.send(new DeleteRoleCommand({ RoleName: "Partner" }));
    // An analysis of a moment ago is not made again.
    expect((await list(analyzerArn))[0]?.status).toBe("ACTIVE");
    advanceDays(MINUTES);
    const [gone] = await list(analyzerArn);
    expect(gone).toMatchObject({
      id: before?.id,
      status: "RESOLVED",
      createdAt: before?.createdAt,
    });
    expect(gone?.updatedAt?.getTime()).toBe(Date.now());
    await addRole("Partner", trust("222222222222"));
    advanceDays(MINUTES);
    const [again] = await list(analyzerArn);
    expect(again).toMatchObject({ id: before?.id, status: "ACTIVE" });
  });

  test("that are resolved can't be archived, and leave after 90 days", async () => {
    await at.iam.send(new DeleteRoleCommand({ RoleName: "Partner" }));
    const [finding] = await list(analyzerArn);
    expect(finding?.status).toBe("RESOLVED");
    const ids = [finding?.id ?? ""];
    await at.analyzer.send(new UpdateFindingsCommand({ analyzerArn, ids, status: "ARCHIVED" }));
    expect((await list(analyzerArn))[0]?.status).toBe("RESOLVED");
    advanceDays(89.9);
    expect(await states()).toEqual([["Partner", "RESOLVED"]]);
    advanceDays(0.2);
    expect(await states()).toEqual([]);
    const get = new GetFindingV2Command({ analyzerArn, id: finding?.id });
    await expect(at.analyzer.send(get)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("that come again stay archived by hand, and a rule archives new ones", async () => {
    await addRole("Auditor", trust("333333333333"));
    const [finding] = await list(analyzerArn);
    const ids = [finding?.id ?? ""];
    await at.analyzer.send(new UpdateFindingsCommand({ analyzerArn, ids, status: "ARCHIVED" }));
    advanceDays(MINUTES);
    expect(await states()).toEqual([["Auditor", "ARCHIVED"]]);
    await at.analyzer.send(
      new CreateArchiveRuleCommand({
        analyzerName: "external",
        ruleName: "suppliers",
        filter: { "principal.AWS": { contains: ["444444444444"] } },
      }),
    );
    await addRole("Supplier", trust("444444444444"));
    advanceDays(MINUTES);
    expect((await states()).sort()).toEqual([
      ["Auditor", "ARCHIVED"],
      ["Supplier", "ARCHIVED"],
    ]);
  });
});

describe("findings of unused access over time", () => {
  let analyzerArn: string;
  let eva: TestCredentials;
  const DAYS = 30;
  const found = async () =>
    (await list(analyzerArn))
      .filter(({ status }) => status === "ACTIVE")
      .map(({ resource, findingType }) => [resource?.split("/").at(-1), findingType])
      .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));

  test("tell of what was not used for as long as the analyzer says", async () => {
    eva = await user(at, "eva", allow(["orders:*", "billing:*"]));
    await at.iam.send(
      new CreateLoginProfileCommand({ UserName: "eva", Password: "some Password 1!" }),
    );
    await addRole("Idle", roleTrust(`arn:aws:iam::${at.account}:root`));
    await at.iam.send(
      new AttachRolePolicyCommand({
        RoleName: "Idle",
        PolicyArn: "arn:aws:iam::aws:policy/OrdersReadOnlyAccess",
      }),
    );
    const { arn = "" } = await at.analyzer.send(
      new CreateAnalyzerCommand({
        analyzerName: "unused",
        type: "ACCOUNT_UNUSED_ACCESS",
        configuration: { unusedAccess: { unusedAccessAge: DAYS } },
      }),
    );
    analyzerArn = arn;
    const ofEva = async () => (await found()).filter(([name]) => name === "eva");
    const ofRole = async () => (await found()).filter(([name]) => name === "Idle");
    expect([await ofEva(), await ofRole()]).toEqual([[], []]);
    advanceDays(DAYS - 1);
    expect([await ofEva(), await ofRole()]).toEqual([[], []]);
    advanceDays(1.1);
    expect(await ofEva()).toEqual(
      expect.arrayContaining([
        ["eva", "UnusedIAMUserAccessKey"],
        ["eva", "UnusedIAMUserPassword"],
      ]),
    );
    expect(await ofRole()).toEqual([["Idle", "UnusedIAMRole"]]);
  });

  test("of a service go away when it is used", async () => {
    const permission = async () => {
      const finding = (await list(analyzerArn)).find(
        ({ findingType, resource, status }) =>
          status === "ACTIVE" && findingType === "UnusedPermission" && resource?.endsWith("/eva"),
      );
      if (finding === undefined) return undefined;
      const { findingDetails = [] } = await at.analyzer.send(
        new GetFindingV2Command({ analyzerArn, id: finding.id }),
      );
      return findingDetails.map((one) => one.unusedPermissionDetails?.serviceNamespace).sort();
    };
    const { User } = await at.iam.send(new GetUserCommand({ UserName: "eva" }));
    const table = installedStore(at);
    const use = (service: string) =>
      atomically(table.store, async (unit) =>
        unit.put(
          serviceAccessKey(at.account, User?.UserId ?? "", service),
          { at: new Date().toISOString(), region: "us-east-1" },
          { expect: "any" },
        ),
      );
    await at.call(eva, "GET", "/orders");
    const untilItIs = (services: readonly string[] | undefined) =>
      eventually(async () => {
        advanceDays(MINUTES);
        return isDeepStrictEqual(await permission(), services) || undefined;
      }, 20_000);
    await untilItIs(["billing"]);
    await use("billing");
    await untilItIs(undefined);
    advanceDays(DAYS + 1);
    await at.call(eva, "GET", "/orders");
    await untilItIs(["billing"]);
    table.close();
  });
});
