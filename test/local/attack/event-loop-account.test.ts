import {
  CreateAnalyzerCommand,
  GetAnalyzerCommand,
  ListFindingsV2Command,
  paginateListFindingsV2,
} from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import { listEntryKey } from "@portcullis/iam/record/list-entry";
import { roleKey } from "@portcullis/iam/record/role";
import type { Store, Write } from "@portcullis/iam/store";
import { beforeAll, describe, expect, test } from "vitest";
import { roleLastUsedKey } from "../../../packages/iam/src/record/last-used.ts";
import { managedPolicyKey } from "../../../packages/iam/src/record/managed-policy.ts";
import {
  clients,
  document,
  numbered,
  product,
  useMeasuredProduct,
  withinLimit,
} from "../../support/measured/hostile-requests.ts";
import { seedUsers, storeOf } from "../../support/seed-users.ts";

useMeasuredProduct();

const SPACES = " ".repeat(60_000);
const USERS = 10_000;
const POLICIES = 60;
const VERSIONS = 5;

beforeAll(async () => {
  const { store, close } = storeOf(product.dynamodbEndpoint);
  await seedUsers(store, { account: product.account, count: USERS });
  close();
  // Quotes are three characters where AWS encodes a document.
  const PolicyDocument = document({ Action: numbered(500, "s3:Get"), Resource: "*" });
  for (let start = 0; start < POLICIES; start += 5)
    await Promise.all(
      numbered(5, `policy-${start}-`).map(async (PolicyName) => {
        const { Policy } = await clients.iam.send(
          new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }),
        );
        for (let version = 1; version < VERSIONS; version++)
          await clients.iam.send(
            new iam.CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument }),
          );
      }),
    );
}, 180_000);

describe("an account of much content", () => {
  const details = (input: iam.GetAccountAuthorizationDetailsCommandInput) =>
    withinLimit(() => clients.iam.send(new iam.GetAccountAuthorizationDetailsCommand(input)));

  test("a page of its users' details", async () => {
    const { UserDetailList } = await details({ MaxItems: 1000 });
    expect(UserDetailList).toHaveLength(1000);
  });

  test("a page of its policies' details ends where an answer would be too large", async () => {
    const Filter: iam.EntityType[] = ["LocalManagedPolicy"];
    const first = await details({ MaxItems: 1000, Filter });
    expect(first.IsTruncated).toBe(true);
    const size = JSON.stringify(first).length;
    expect(size).toBeGreaterThan(1_000_000);
    expect(size).toBeLessThan(6_000_000);
    const second = await details({ MaxItems: 1000, Filter, Marker: first.Marker });
    expect(second.IsTruncated).toBe(false);
    const policies = [...(first.Policies ?? []), ...(second.Policies ?? [])];
    expect(new Set(policies.map(({ Arn }) => Arn)).size).toBe(POLICIES);
    for (const { PolicyVersionList } of policies) expect(PolicyVersionList).toHaveLength(VERSIONS);
  });

  test("its credential report", async () => {
    await withinLimit(async () => {
      for (;;) {
        const { State } = await clients.iam.send(new iam.GenerateCredentialReportCommand({}));
        if (State === "COMPLETE") return;
      }
    });
    const { Content } = await withinLimit(() =>
      clients.iam.send(new iam.GetCredentialReportCommand({})),
    );
    const lines = Buffer.from(Content ?? [])
      .toString()
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(USERS + 3);
  });

  test("a list of a thousand users", async () => {
    const { Users } = await withinLimit(() =>
      clients.iam.send(new iam.ListUsersCommand({ MaxItems: 1000 })),
    );
    expect(Users).toHaveLength(1000);
  });

  test.each(["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"] as const)("findings of %s", async (type) => {
    const { arn: analyzerArn } = await clients.analyzer.send(
      new CreateAnalyzerCommand({ analyzerName: type, type }),
    );
    await product.take();
    for await (const _ of paginateListFindingsV2(
      { client: clients.analyzer, stopOnSameToken: true },
      { analyzerArn },
    ))
      expect((await product.take()).longestMilliseconds).toBeLessThan(50);
    const { analyzer } = await clients.analyzer.send(
      new GetAnalyzerCommand({ analyzerName: type }),
    );
    expect(analyzer?.lastResourceAnalyzedAt).toBeDefined();
  });

  test("findings of roles with many long policies, each of other services", async () => {
    const { store, close } = storeOf(product.dynamodbEndpoint);
    await seedLongPolicies(store, 20);
    close();
    const type = "ACCOUNT_UNUSED_ACCESS";
    const { arn: analyzerArn } = await clients.analyzer.send(
      new CreateAnalyzerCommand({ analyzerName: "long", type }),
    );
    let found = 0;
    for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
      const input = { analyzerArn, nextToken };
      const page = await withinLimit(() => clients.analyzer.send(new ListFindingsV2Command(input)));
      found += page.findings?.length ?? 0;
      ({ nextToken } = page);
    }
    expect(found).toBe(20);
  });
});

/** Roles that are used, each with ten policies of 64,000 characters, most of them white space. */
async function seedLongPolicies(store: Store, roles: number): Promise<void> {
  const { account } = product;
  const createdAt = "2020-01-01T00:00:00.000Z";
  const put = (key: Write["key"], data: object): Write => ({
    kind: "put",
    key,
    data,
    expect: "absent",
  });
  for (const [role, name] of numbered(roles, "long-").entries()) {
    const id = `AROALONG${String(role).padStart(13, "0")}`;
    const attached = numbered(10, `arn:aws:iam::${account}:policy/${name}-`);
    const policies = attached.map((arn, at) => {
      const Action = numbered(400, `s${role}x${at}x`).map((service) => `${service}:Get`);
      const text = document({ Action, Resource: "*" });
      const record = { name: arn.replace(/.*\//, ""), document: text.replace("{", `{${SPACES}`) };
      return put(managedPolicyKey(account, record.name), { ...record, account, path: "/" });
    });
    const trust = { document: document({ Principal: "*", Action: "sts:AssumeRole" }) };
    const path = "/";
    await store.transact([
      ...policies,
      put(listEntryKey(account, "roles", path, name), { name }),
      put(roleLastUsedKey(account, id), { at: new Date().toISOString(), region: "-" }),
      put(roleKey(account, name), {
        ...{ account, name, id, path, createdAt, attached, inline: [], tags: [] },
        trust: { ...trust, principalIds: [] },
      }),
    ]);
  }
}
