import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetRoleCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  type IAMClient,
  ListPoliciesGrantingServiceAccessCommand,
  PutGroupPolicyCommand,
} from "@aws-sdk/client-iam";
import { actionAccessKey, serviceAccessKey } from "@portcullis/iam/record/last-accessed";
import { roleLastUsedKey } from "@portcullis/iam/record/last-used";
import type { Key } from "@portcullis/iam/store";
import { dynamoStore, guardTransactions } from "@portcullis/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invalidInput, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
let client: DynamoDBClient;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new DynamoDBClient({
    endpoint: installation.local.dynamodbEndpoint,
    region: "us-east-1",
    credentials,
  });
  guardTransactions(client);
});
afterAll(async () => {
  client?.destroy();
  await installation?.stop();
});

/** What the decision log's reader writes. */
const seen = (...accesses: readonly (readonly [key: Key, at: string])[]) =>
  dynamoStore({ client, tableName: "portcullis" }).transact(
    accesses.map(([key, at]) => ({
      kind: "put",
      key,
      data: { at, region: "eu-west-1" },
      expect: "any",
    })),
  );
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const report = async (
  Arn: string,
  Granularity: "SERVICE_LEVEL" | "ACTION_LEVEL" = "SERVICE_LEVEL",
) => (await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }))).JobId;
const details = (JobId: string | undefined, page: object = {}) =>
  iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, ...page }));
test("what a user may call, and when it last did", async () => {
  const { User } = await iam.send(new CreateUserCommand({ UserName: "caller", Path: "/p/" }));
  const id = User?.UserId ?? "";
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: "two",
      PolicyDocument: policy("Allow", ["s3:Get*", "orders:*", "s3:List*"]),
    }),
  );
  await iam.send(new AttachUserPolicyCommand({ UserName: "caller", PolicyArn: Policy?.Arn }));
  await seen(
    [serviceAccessKey(account, id, "orders"), "2030-01-02T03:04:05.000Z"],
    [actionAccessKey(account, id, "orders", "GetOrder"), "2030-01-02T03:04:05.000Z"],
  );
  const JobId = await report(arn("user/p/caller"), "ACTION_LEVEL");
  expect(JobId).toMatch(/^[0-9a-f-]{36}$/);
  const at = new Date("2030-01-02T03:04:05.000Z");
  const orders = {
    ServiceName: "orders",
    ServiceNamespace: "orders",
    LastAuthenticated: at,
    LastAuthenticatedEntity: arn("user/p/caller"),
    LastAuthenticatedRegion: "eu-west-1",
    TotalAuthenticatedEntities: 1,
    TrackedActionsLastAccessed: [
      {
        ActionName: "GetOrder",
        LastAccessedEntity: arn("user/p/caller"),
        LastAccessedTime: at,
        LastAccessedRegion: "eu-west-1",
      },
    ],
  };
  const storage = {
    ServiceName: "Amazon S3",
    ServiceNamespace: "s3",
    TotalAuthenticatedEntities: 0,
  };
  const whole = await details(JobId);
  expect(whole).toMatchObject({
    JobStatus: "COMPLETED",
    JobType: "ACTION_LEVEL",
    JobCreationDate: expect.any(Date),
    JobCompletionDate: expect.any(Date),
    IsTruncated: false,
  });
  expect(whole.ServicesLastAccessed).toEqual([orders, storage]);
  const first = await details(JobId, { MaxItems: 1 });
  expect(first.ServicesLastAccessed).toEqual([orders]);
  expect((await details(JobId, { Marker: first.Marker })).ServicesLastAccessed).toEqual([storage]);
  const plain = await details(await report(arn("user/p/caller")));
  expect(plain.ServicesLastAccessed?.[0]).not.toHaveProperty("TrackedActionsLastAccessed");
  // Whoever may do everything may call every service.
  await iam.send(
    new AttachUserPolicyCommand({
      UserName: "caller",
      PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  );
  const names = (await details(await report(arn("user/p/caller")))).ServicesLastAccessed?.map(
    (one) => one.ServiceNamespace,
  );
  for (const name of ["orders", "s3", "iam", "execute-api", "sts"]) expect(names).toContain(name);
});

test("of a group and of a policy: who called, the latest first", async () => {
  const ids: string[] = [];
  await iam.send(new CreateGroupCommand({ GroupName: "callers" }));
  for (const UserName of ["one", "two", "three"]) {
    ids.push((await iam.send(new CreateUserCommand({ UserName }))).User?.UserId ?? "");
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "callers" }));
  }
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: "caller", AssumeRolePolicyDocument: roleTrust(account) }),
  );
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "calling", PolicyDocument: policy("Allow", "sqs:*") }),
  );
  await iam.send(new AttachGroupPolicyCommand({ GroupName: "callers", PolicyArn: Policy?.Arn }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: "caller", PolicyArn: Policy?.Arn }));
  await seen(
    [serviceAccessKey(account, ids[0] ?? "", "sqs"), "2030-01-01T00:00:00.000Z"],
    [serviceAccessKey(account, ids[1] ?? "", "sqs"), "2030-01-03T00:00:00.000Z"],
    [serviceAccessKey(account, Role?.RoleId ?? "", "sqs"), "2030-01-02T00:00:00.000Z"],
    [roleLastUsedKey(account, Role?.RoleId ?? ""), "2030-01-02T00:00:00.000Z"],
  );
  const ofGroup = await details(await report(arn("group/callers")));
  expect(ofGroup.ServicesLastAccessed).toEqual([
    {
      ServiceName: "Amazon SQS",
      ServiceNamespace: "sqs",
      LastAuthenticated: new Date("2030-01-03T00:00:00.000Z"),
      LastAuthenticatedEntity: arn("user/two"),
      LastAuthenticatedRegion: "eu-west-1",
      TotalAuthenticatedEntities: 2,
    },
  ]);
  const JobId = await report(Policy?.Arn ?? "");
  const entities = (page: object = {}) =>
    iam.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({
        JobId,
        ServiceNamespace: "sqs",
        ...page,
      }),
    );
  const { EntityDetailsList = [] } = await entities();
  expect(
    EntityDetailsList.map(({ EntityInfo, LastAuthenticated }) => [
      EntityInfo?.Type,
      EntityInfo?.Name,
      LastAuthenticated?.getUTCDate(),
    ]),
  ).toEqual([
    ["USER", "two", 3],
    ["ROLE", "caller", 2],
    ["USER", "one", 1],
  ]);
  expect(EntityDetailsList[1]?.EntityInfo).toEqual({
    Arn: arn("role/caller"),
    Name: "caller",
    Type: "ROLE",
    Id: Role?.RoleId,
    Path: "/",
  });
  const page = await entities({ MaxItems: 2 });
  expect(page).toMatchObject({ IsTruncated: true, JobStatus: "COMPLETED" });
  expect((await entities({ Marker: page.Marker })).EntityDetailsList).toEqual(
    EntityDetailsList.slice(2),
  );
  const { Role: shown } = await iam.send(new GetRoleCommand({ RoleName: "caller" }));
  expect(shown?.RoleLastUsed).toEqual({
    LastUsedDate: new Date("2030-01-02T00:00:00.000Z"),
    Region: "eu-west-1",
  });
});

test("which policies let a user call a service", async () => {
  await iam.send(new CreateUserCommand({ UserName: "granted" }));
  await iam.send(new CreateGroupCommand({ GroupName: "granting" }));
  await iam.send(new AddUserToGroupCommand({ UserName: "granted", GroupName: "granting" }));
  await iam.send(
    new PutGroupPolicyCommand({
      GroupName: "granting",
      PolicyName: "inline",
      PolicyDocument: policy("Allow", "s3:*"),
    }),
  );
  await iam.send(
    new AttachUserPolicyCommand({
      UserName: "granted",
      PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    }),
  );
  const list = (Arn: string, ServiceNamespaces: string[]) =>
    iam.send(new ListPoliciesGrantingServiceAccessCommand({ Arn, ServiceNamespaces }));
  const { PoliciesGrantingServiceAccess } = await list(arn("user/granted"), ["s3", "iam", "sqs"]);
  expect(PoliciesGrantingServiceAccess).toEqual([
    {
      ServiceNamespace: "s3",
      Policies: [
        { PolicyName: "inline", PolicyType: "INLINE", EntityType: "GROUP", EntityName: "granting" },
      ],
    },
    {
      ServiceNamespace: "iam",
      Policies: [
        {
          PolicyName: "IAMReadOnlyAccess",
          PolicyType: "MANAGED",
          PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        },
      ],
    },
    { ServiceNamespace: "sqs", Policies: [] },
  ]);
  expect(await refusal(list(arn("user/nobody"), ["s3"]))).toEqual(
    noSuchEntity("Unable to retrieve specified IAM entity."),
  );
});

test("nobody's report, and no report at all", async () => {
  const missing = noSuchEntity("Unable to retrieve specified IAM entity.");
  for (const resource of ["user/nobody", "policy/nothing"])
    expect(await refusal(report(arn(resource)))).toEqual(missing);
  const unclear = arn("instance-profile/x");
  expect(await refusal(report(unclear))).toEqual(
    invalidInput(`Invalid Entity Arn: ${unclear} does not clearly define entity type and name.`),
  );
  const JobId = "00000000-0000-0000-0000-000000000000";
  const noJob = noSuchEntity(`The job with id ${JobId} cannot be found.`);
  expect(await refusal(details(JobId))).toEqual(noJob);
  expect(
    await refusal(
      iam.send(
        new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: "s3" }),
      ),
    ),
  ).toEqual(noJob);
});
