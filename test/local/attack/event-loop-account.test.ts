import {
  CreateAnalyzerCommand,
  GetAnalyzerCommand,
  paginateListFindingsV2,
} from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import { beforeAll, describe, expect, test } from "vitest";
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
});
