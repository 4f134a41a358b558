import {
  CancelPolicyGenerationCommand,
  GetGeneratedPolicyCommand,
  ListPolicyGenerationsCommand,
  StartPolicyGenerationCommand,
  type StartPolicyGenerationCommandInput,
} from "@aws-sdk/client-accessanalyzer";
import { GetUserCommand } from "@aws-sdk/client-iam";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { serviceAccessKey } from "@portcullis/iam/record/last-accessed";
import { policyGenerationKey } from "@portcullis/iam/record/policy-generation";
import { atomically } from "@portcullis/iam/unit-of-work";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { advanceDays, startClock, stopClock } from "../../support/clock.ts";
import { eventually } from "../../support/eventually.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { type InstalledStore, installedStore } from "../../support/installed-store.ts";
import { allow, user } from "../../support/people.ts";

const ANA = "arn:aws:iam::100000000000:user/ana";
const BOB = "arn:aws:iam::100000000000:user/bob";

let at: TestInstallation;
let table: InstalledStore;
let ana: TestCredentials;

const start = (
  principalArn: string,
  input: Partial<StartPolicyGenerationCommandInput> = {},
): Promise<string> =>
  at.analyzer
    .send(new StartPolicyGenerationCommand({ policyGenerationDetails: { principalArn }, ...input }))
    .then(({ jobId = "" }) => jobId);
const result = (jobId: string, options: object = {}) =>
  at.analyzer.send(new GetGeneratedPolicyCommand({ jobId, ...options }));
const policiesOf = async (jobId: string, options: object = {}) =>
  (await result(jobId, options)).generatedPolicyResult?.generatedPolicies?.map(({ policy = "" }) =>
    JSON.parse(policy),
  );
const list = async (principalArn?: string) =>
  (await at.analyzer.send(new ListPolicyGenerationsCommand({ principalArn }))).policyGenerations ??
  [];

beforeAll(async () => {
  at = await startInstallation();
  table = installedStore(at);
  ana = await user(at, "ana", allow(["orders:*", "execute-api:Invoke"]));
  await user(at, "bob", allow("orders:*"));
  for (const path of ["/orders", "/orders/1", "/orders/2", "/whoami"])
    await at.call(ana, "GET", path);
  const records = createPortcullisClient({ endpoint: at.local.controlUrl, credentials: at.root });
  await eventually(async () => {
    const { Entries } = await records.getAccessReport({ PrincipalArn: ANA });
    return Entries.reduce((sum, { Allowed }) => sum + Allowed, 0) === 4 ? Entries : undefined;
  }, 20_000);
});
afterEach(startClock);
afterAll(async () => {
  table.close();
  await at.stop();
});

describe("a generated policy", () => {
  test("allows what the principal was allowed to do, and no more", async () => {
    const jobId = await start(ANA);
    const { jobDetails, generatedPolicyResult } = await result(jobId);
    expect(jobDetails).toEqual({
      jobId,
      status: "SUCCEEDED",
      startedOn: expect.any(Date),
      completedOn: expect.any(Date),
    });
    expect(generatedPolicyResult?.properties).toMatchObject({
      principalArn: ANA,
      isComplete: true,
      cloudTrailProperties: { trailProperties: [], startTime: expect.any(Date) },
    });
    const orders = "arn:aws:orders:us-east-1:100000000000:";
    expect(await policiesOf(jobId)).toEqual([
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["execute-api:Invoke"],
            Resource: ["arn:aws:execute-api:us-east-1:100000000000:orders/$default/GET/whoami"],
          },
          { Effect: "Allow", Action: ["orders:GetOrder"], Resource: [`${orders}order/*`] },
          { Effect: "Allow", Action: ["orders:ListOrders"], Resource: [`${orders}\${*}`] },
        ],
      },
    ]);
  });

  test("has placeholders for what varies, if they are wanted", async () => {
    const jobId = await start(ANA);
    const [policy] = (await policiesOf(jobId, { includeResourcePlaceholders: true })) ?? [];
    expect(policy?.Statement[1]).toEqual({
      Effect: "Allow",
      Action: ["orders:GetOrder"],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders have this form
      Resource: ["arn:aws:orders:us-east-1:100000000000:order/${orderId}"],
    });
  });

  test("of services without recorded actions is at the level of services", async () => {
    // Each service that was used has recorded actions: the template is the policy.
    const jobId = await start(ANA);
    expect(await policiesOf(jobId, { includeServiceLevelTemplate: true })).toEqual(
      await policiesOf(jobId),
    );
  });

  test("is empty for a principal that did nothing, and in a period without use", async () => {
    expect(await policiesOf(await start(BOB))).toEqual([]);
    const day = 86_400_000;
    const cloudTrailDetails = {
      trails: [
        {
          cloudTrailArn: "arn:aws:cloudtrail:us-east-1:100000000000:trail/all",
          allRegions: true,
        },
      ],
      accessRole: "arn:aws:iam::100000000000:role/service-role/access",
      startTime: new Date(Date.now() - 9 * day),
      endTime: new Date(Date.now() - 2 * day),
    };
    const jobId = await start(ANA, { cloudTrailDetails });
    const { generatedPolicyResult } = await result(jobId);
    expect(generatedPolicyResult?.generatedPolicies).toEqual([]);
    const { cloudTrailProperties } = generatedPolicyResult?.properties ?? {};
    expect(cloudTrailProperties?.trailProperties).toEqual(cloudTrailDetails.trails);
    expect(cloudTrailProperties?.endTime?.getTime()).toBeCloseTo(
      cloudTrailDetails.endTime.getTime(),
      -4,
    );
  });

  test("is made once for a token", async () => {
    const clientToken = "once";
    const jobId = await start(ANA, { clientToken });
    expect(await start(ANA, { clientToken })).toBe(jobId);
    await expect(start(BOB, { clientToken })).rejects.toMatchObject({
      name: "ConflictException",
      message: "The clientToken was used for another policy generation.",
      resourceId: jobId,
      $metadata: { httpStatusCode: 409 },
    });
  });
});

describe("policy generations", () => {
  test("are listed, newest first, for all principals or one", async () => {
    stopClock();
    advanceDays(1);
    const jobId = await start(ANA);
    const all = await list();
    expect(all[0]).toEqual({
      jobId,
      principalArn: ANA,
      status: "SUCCEEDED",
      startedOn: expect.any(Date),
      completedOn: expect.any(Date),
    });
    const ofBob = await list(BOB);
    expect(ofBob.length).toBeGreaterThan(0);
    expect(new Set(ofBob.map(({ principalArn }) => principalArn))).toEqual(new Set([BOB]));
    const page = await at.analyzer.send(new ListPolicyGenerationsCommand({ maxResults: 1 }));
    expect(page.policyGenerations?.map((one) => one.jobId)).toEqual([jobId]);
    const { policyGenerations } = await at.analyzer.send(
      new ListPolicyGenerationsCommand({ nextToken: page.nextToken }),
    );
    expect(policyGenerations).toHaveLength(all.length - 1);
  });

  test("stay as they are when they are cancelled after their end", async () => {
    const jobId = await start(ANA);
    await at.analyzer.send(new CancelPolicyGenerationCommand({ jobId }));
    expect((await result(jobId)).jobDetails?.status).toBe("SUCCEEDED");
  });

  test("are kept for 7 days", async () => {
    stopClock();
    advanceDays(5);
    const jobId = await start(BOB);
    advanceDays(6.9);
    expect((await result(jobId)).jobDetails?.jobId).toBe(jobId);
    advanceDays(0.2);
    await expect(result(jobId)).rejects.toMatchObject({
      name: "ValidationException",
      message: `The policy generation ${jobId} does not exist.`,
    });
    expect(await list()).toEqual([]);
  });
});

describe("a generation that is in progress", () => {
  const jobId = "12345678-1234-1234-1234-123456789012";
  const put = (startedAt: Date) =>
    atomically(table.store, async (unit) =>
      unit.put(
        policyGenerationKey("100000000000", jobId),
        {
          principalArn: ANA,
          status: "IN_PROGRESS",
          requestId: "another",
          startedAt: startedAt.toISOString(),
          period: { from: startedAt.toISOString(), to: startedAt.toISOString() },
          trails: [],
        },
        { expect: "any" },
      ),
    );

  test("is cancelled, and keeps others from starting until then", async () => {
    stopClock();
    await put(new Date());
    expect((await result(jobId)).jobDetails?.status).toBe("IN_PROGRESS");
    await expect(start(BOB)).rejects.toMatchObject({
      name: "ConflictException",
      message: "A policy generation of this account is in progress.",
      resourceId: jobId,
    });
    await at.analyzer.send(new CancelPolicyGenerationCommand({ jobId }));
    expect((await result(jobId)).jobDetails).toMatchObject({ status: "CANCELED" });
    expect((await result(jobId)).generatedPolicyResult?.generatedPolicies).toEqual([]);
    await start(BOB);
  });

  test("has failed if it does not end: its function was stopped", async () => {
    stopClock();
    await put(new Date(Date.now() - 61_000));
    expect((await result(jobId)).jobDetails).toMatchObject({
      status: "FAILED",
      jobError: { code: "SERVICE_ERROR" },
    });
    await start(BOB);
  });
});

test("the actions of services that were used long ago are told by their services", async () => {
  const { User } = await at.iam.send(new GetUserCommand({ UserName: "bob" }));
  await atomically(table.store, async (unit) =>
    unit.put(
      serviceAccessKey("100000000000", User?.UserId ?? "", "billing"),
      { at: new Date().toISOString(), region: "us-east-1" },
      { expect: "any" },
    ),
  );
  const jobId = await start(BOB);
  expect(await policiesOf(jobId)).toEqual([]);
  expect(await policiesOf(jobId, { includeServiceLevelTemplate: true })).toEqual([
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["billing:*"], Resource: "*" }],
    },
  ]);
});

describe("wrong input", () => {
  test.each([
    ["arn:aws:iam::100000000000:user/nobody", /does not exist/],
    ["arn:aws:iam::222222222222:user/ana", /not the ARN of a user or role of this account/],
    ["arn:aws:iam::100000000000:group/all", /principalArn/],
    ["ana", /principalArn/],
  ])("principal %s", async (principalArn, message) => {
    await expect(start(principalArn)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("a period that ends before it begins, or before records were kept", async () => {
    const trails = [{ cloudTrailArn: "arn:aws:cloudtrail:us-east-1:100000000000:trail/all" }];
    const accessRole = "arn:aws:iam::100000000000:role/access";
    const period = (startTime: Date, endTime: Date) =>
      start(ANA, { cloudTrailDetails: { trails, accessRole, startTime, endTime } });
    await expect(
      period(new Date("2026-02-02T00:00:00Z"), new Date("2026-02-01T00:00:00Z")),
    ).rejects.toMatchObject({ message: "startTime must not be after endTime." });
    await expect(
      period(new Date("2020-01-01T00:00:00Z"), new Date("2020-02-01T00:00:00Z")),
    ).rejects.toMatchObject({ message: "Access is recorded for 90 days." });
  });

  test.each(["", "x", "../../users/AIDA", "5".repeat(3000)])("job %s", async (jobId) => {
    await expect(result(jobId || " ")).rejects.toMatchObject({
      name: "ValidationException",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

test("each operation needs its action", async () => {
  const credentials = await user(at, "eva", allow("access-analyzer:ListPolicyGenerations"));
  const eva = at.analyzerAs(credentials);
  await eva.send(new ListPolicyGenerationsCommand({}));
  const input = { policyGenerationDetails: { principalArn: ANA } };
  await expect(eva.send(new StartPolicyGenerationCommand(input))).rejects.toMatchObject({
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 403 },
  });
});

test("policy generations are at most 50 within 24 hours", async () => {
  stopClock();
  advanceDays(20);
  const cloudTrailDetails = {
    trails: [{ cloudTrailArn: "arn:aws:cloudtrail:us-east-1:100000000000:trail/all" }],
    accessRole: "arn:aws:iam::100000000000:role/access",
    startTime: new Date(),
  };
  for (let count = 0; count < 50; count++) await start(BOB, { cloudTrailDetails });
  await expect(start(BOB)).rejects.toMatchObject({
    name: "ServiceQuotaExceededException",
    resourceType: "PolicyGeneration",
    $metadata: { httpStatusCode: 402 },
  });
  advanceDays(1.1);
  await start(BOB);
});
