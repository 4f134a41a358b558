import { gzipSync } from "node:zlib";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetAccessKeyLastUsedCommand,
  GetRoleCommand,
  GetServiceLastAccessedDetailsCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { usageHandler } from "@portcullis/functions";
import { recordsUsage } from "@portcullis/iam/record/partition";
import { recordUses, type Use } from "@portcullis/iam/usage";
import { dynamoStore } from "@portcullis/store";
import {
  type AccountItem,
  accountPages,
  deleteAccountItems,
} from "@portcullis/store/account-items";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { lambdaContext } from "../../packages/local/src/gateway/event.ts";
import { type TestTable, testTable } from "../support/engine.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";
import { ADMINISTRATOR, addUser } from "../support/tenant.ts";
import { roleTrust } from "../support/trust.ts";

const ACCOUNT = "111111111111";
const KEY = "AKIAEXAMPLEEXAMPLE01";

describe("what was used when", () => {
  let table: TestTable;
  let items: Parameters<typeof accountPages>[0];
  beforeAll(async () => {
    table = await testTable();
    items = { client: table.client(), tableName: table.tableName };
  });
  afterAll(() => table.stop());
  const store = () => dynamoStore(items);
  const all = async () => {
    const found: AccountItem[] = [];
    for await (const page of accountPages(items, ACCOUNT)) found.push(...page.items);
    return found;
  };
  const noted = async () =>
    Object.fromEntries(
      (await all())
        .filter(({ key }) => recordsUsage(key.partition))
        .map(({ key, record }) => [`${key.partition} ${key.sort}`, record?.data]),
    );
  beforeEach(async () => {
    await deleteAccountItems(
      items,
      (await all()).map(({ key }) => key),
    );
    const key = { account: ACCOUNT, partition: `key/${KEY}`, sort: "record" };
    await store().transact([{ kind: "put", key, data: { id: KEY }, expect: "any" }]);
  });

  const use = (time: string, more: Partial<Use> = {}): Use => ({
    time: `2026-07-01T${time}.000Z`,
    account: ACCOUNT,
    userId: "AIDAUSER",
    accessKeyId: KEY,
    action: "orders:GetOrder",
    region: "us-east-1",
    ...more,
  });

  test("is the latest of several uses, in whatever order and however often they come", async () => {
    const early = use("10:00:00", { action: "orders:ListOrders" });
    const late = use("12:00:00", { region: "eu-west-1" });
    const expected = {
      [`key-usage/${KEY} record`]: {
        lastUsedAt: "2026-07-01T12:00:00.000Z",
        region: "eu-west-1",
        serviceName: "orders",
      },
      "last-accessed/AIDAUSER service/orders": {
        at: "2026-07-01T12:00:00.000Z",
        region: "eu-west-1",
      },
      "last-accessed/AIDAUSER action/orders/GetOrder": {
        at: "2026-07-01T12:00:00.000Z",
        region: "eu-west-1",
      },
      "last-accessed/AIDAUSER action/orders/ListOrders": {
        at: "2026-07-01T10:00:00.000Z",
        region: "us-east-1",
      },
    };
    expect(await recordUses(store(), [late, early, late])).toBe(4);
    expect(await noted()).toEqual(expected);
    expect(await recordUses(store(), [early])).toBe(0);
    expect(await recordUses(store(), [late, early])).toBe(0);
    expect(await noted()).toEqual(expected);
  });

  test("is not noted again within a minute", async () => {
    await recordUses(store(), [use("10:00:00")]);
    expect(await recordUses(store(), [use("10:00:59")])).toBe(0);
    expect(await recordUses(store(), [use("10:01:00")])).toBe(3);
  });

  test("is right when several note it at once", async () => {
    const times = Array.from({ length: 8 }, (_, index) => use(`10:0${index}:00`));
    await Promise.all(times.map((one) => recordUses(store(), [one])));
    expect(await noted()).toMatchObject({
      [`key-usage/${KEY} record`]: { lastUsedAt: "2026-07-01T10:07:00.000Z" },
    });
  });

  test("is a role's, whichever its session; of root and federated users only the key is noted", async () => {
    const session = { accessKeyId: "ASIAEXAMPLEEXAMPLE01" };
    await recordUses(store(), [use("10:00:00", { ...session, userId: "AROAROLE:one" })]);
    await recordUses(store(), [use("11:00:00", { ...session, userId: "AROAROLE:two" })]);
    await recordUses(store(), [use("11:00:00", { ...session, userId: `${ACCOUNT}:guest` })]);
    await recordUses(store(), [use("11:00:00", { userId: ACCOUNT })]);
    expect(Object.keys(await noted()).sort()).toEqual([
      `key-usage/${KEY} record`,
      "last-accessed/AROAROLE action/orders/GetOrder",
      "last-accessed/AROAROLE service/orders",
      "last-used/AROAROLE record",
    ]);
    expect(await noted()).toMatchObject({
      "last-used/AROAROLE record": { at: "2026-07-01T11:00:00.000Z" },
    });
  });

  test("leaves nothing of a key that was deleted meanwhile, and goes after 400 days", async () => {
    await recordUses(store(), [use("10:00:00", { accessKeyId: "AKIAGONE" })]);
    const records = (await all()).filter(({ key }) => recordsUsage(key.partition));
    expect(records).toHaveLength(2);
    for (const { record } of records)
      expect(record?.expiresAt).toBe(Date.parse("2026-07-01T10:00:00Z") / 1000 + 400 * 86_400);
  });

  test("is read from log events, whatever else is in them", async () => {
    const handler = usageHandler(store);
    const event = (logEvents: readonly string[], messageType = "DATA_MESSAGE") => ({
      awslogs: {
        data: gzipSync(
          JSON.stringify({ messageType, logEvents: logEvents.map((message) => ({ message })) }),
        ).toString("base64"),
      },
    });
    const line = (change: object) =>
      JSON.stringify({ type: "decision", outcome: "allowed", ...use("10:00:00"), ...change });
    await handler(event([line({})], "CONTROL_MESSAGE"), lambdaContext("usage"));
    await handler(
      event([
        "START RequestId",
        "{",
        "null",
        '"decision"',
        line({ type: "fault" }),
        line({ outcome: "unauthenticated" }),
        line({ outcome: "error" }),
        line({ userId: undefined }),
        line({ account: "111#" }),
        line({ action: "orders:Get#Order" }),
        line({ time: "yesterday" }),
      ]),
      lambdaContext("usage"),
    );
    expect(await noted()).toEqual({});
    await handler(event(["END", `${line({ outcome: "implicitDeny" })}\n`]), lambdaContext("usage"));
    expect(Object.keys(await noted())).toHaveLength(3);
  });
});

describe("an installation", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation.stop());

  test("tells when keys, roles and services were last used, a moment after they were", async () => {
    const { iam, account } = installation;
    const ana = await addUser(iam, "ana", [ADMINISTRATOR]);
    const role = await iam.send(
      new CreateRoleCommand({ RoleName: "clerk", AssumeRolePolicyDocument: roleTrust(account) }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: "clerk", PolicyArn: ADMINISTRATOR }));
    const lastUsed = async (AccessKeyId: string) =>
      (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed;
    expect(await lastUsed(ana.accessKeyId)).toMatchObject({ ServiceName: "N/A", Region: "N/A" });

    const before = Date.now() - 1000;
    expect((await installation.call(ana, "GET", "/orders")).status).toBe(200);
    const assumed = await installation
      .stsAs(ana)
      .send(new AssumeRoleCommand({ RoleArn: role.Role?.Arn, RoleSessionName: "one" }));
    const session = credentialsOf(assumed.Credentials);
    expect((await installation.call(session, "GET", "/orders")).status).toBe(200);

    await vi.waitFor(
      async () => {
        const shown = (await iam.send(new GetRoleCommand({ RoleName: "clerk" }))).Role;
        expect(shown?.RoleLastUsed).toEqual({
          LastUsedDate: expect.any(Date),
          Region: "us-east-1",
        });
      },
      { timeout: 10_000, interval: 200 },
    );
    const used = await lastUsed(ana.accessKeyId);
    expect(used).toMatchObject({
      ServiceName: expect.stringMatching(/^(orders|sts)$/),
      Region: "us-east-1",
    });
    expect(used?.LastUsedDate?.getTime()).toBeGreaterThan(before);

    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({
        Arn: `arn:aws:iam::${account}:user/ana`,
        Granularity: "ACTION_LEVEL",
      }),
    );
    const report = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    const orders = report.ServicesLastAccessed?.find(
      ({ ServiceNamespace }) => ServiceNamespace === "orders",
    );
    expect(orders).toMatchObject({
      LastAuthenticatedEntity: `arn:aws:iam::${account}:user/ana`,
      LastAuthenticatedRegion: "us-east-1",
      TotalAuthenticatedEntities: 1,
      TrackedActionsLastAccessed: [{ ActionName: "ListOrders" }],
    });
    const sts = report.ServicesLastAccessed?.find(
      ({ ServiceNamespace }) => ServiceNamespace === "sts",
    );
    expect(sts?.LastAuthenticated?.getTime()).toBeGreaterThan(before);

    await iam.send(new DeleteAccessKeyCommand({ UserName: "ana", AccessKeyId: ana.accessKeyId }));
    await expect(lastUsed(ana.accessKeyId)).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });
});
