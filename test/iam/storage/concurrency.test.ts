import * as sdk from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const ANYTHING = policy("Allow", "*");
const TRUST = roleTrust("100000000000");

/** `count` of them at once, each by a client of its own. */
const atOnce = <T>(
  count: number,
  call: (client: sdk.IAMClient, index: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(
    Array.from({ length: count }, (_, index) => call(test.iamAs(test.root), index)),
  );

/** `ok` or the error's code, of each. */
const outcomes = (settled: readonly PromiseSettledResult<unknown>[]): string[] =>
  settled.map((one) => (one.status === "fulfilled" ? "ok" : String((one.reason as Error).name)));

const tally = (settled: readonly PromiseSettledResult<unknown>[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes(settled)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

const summary = async (): Promise<Readonly<Record<string, number>>> =>
  (await test.iam.send(new sdk.GetAccountSummaryCommand({}))).SummaryMap ?? {};

describe("many clients at once", () => {
  it("who change one user, fifty of them, lose nothing", async () => {
    const UserName = "popular";
    await test.iam.send(new sdk.CreateUserCommand({ UserName }));
    const groups = Array.from({ length: 8 }, (_, index) => `popular-${index}`);
    for (const GroupName of groups) await test.iam.send(new sdk.CreateGroupCommand({ GroupName }));
    const managed = ["ReadOnlyAccess", "PowerUserAccess", "IAMReadOnlyAccess", "SecurityAudit"];
    const changes = [
      ...groups.map((GroupName) => new sdk.AddUserToGroupCommand({ UserName, GroupName })),
      ...managed.map(
        (name) =>
          new sdk.AttachUserPolicyCommand({
            UserName,
            PolicyArn: `arn:aws:iam::aws:policy/${name}`,
          }),
      ),
      ...Array.from(
        { length: 8 },
        (_, index) =>
          new sdk.PutUserPolicyCommand({
            UserName,
            PolicyName: `p${index}`,
            PolicyDocument: ANYTHING,
          }),
      ),
      ...Array.from(
        { length: 28 },
        (_, index) =>
          new sdk.TagUserCommand({ UserName, Tags: [{ Key: `k${index}`, Value: "v" }] }),
      ),
      new sdk.CreateAccessKeyCommand({ UserName }),
      new sdk.CreateAccessKeyCommand({ UserName }),
    ];
    expect(changes).toHaveLength(50);
    const settled = await atOnce(50, (client, index) =>
      client.send(changes[index] as sdk.TagUserCommand),
    );
    expect(tally(settled)).toEqual({ ok: 50 });
    const { UserDetailList } = await test.iam.send(
      new sdk.GetAccountAuthorizationDetailsCommand({ Filter: ["User"] }),
    );
    const user = UserDetailList?.find((one) => one.UserName === UserName);
    expect(user?.GroupList?.toSorted()).toEqual(groups);
    expect(user?.AttachedManagedPolicies).toHaveLength(4);
    expect(user?.UserPolicyList).toHaveLength(8);
    expect(user?.Tags).toHaveLength(28);
    const keys = await test.iam.send(new sdk.ListAccessKeysCommand({ UserName }));
    expect(keys.AccessKeyMetadata).toHaveLength(2);
  });

  const makers: readonly (readonly [
    what: string,
    counted: string,
    make: (client: sdk.IAMClient, name: string) => Promise<unknown>,
  ])[] = [
    ["user", "Users", (client, UserName) => client.send(new sdk.CreateUserCommand({ UserName }))],
    [
      "group",
      "Groups",
      (client, GroupName) => client.send(new sdk.CreateGroupCommand({ GroupName })),
    ],
    [
      "role",
      "Roles",
      (client, RoleName) =>
        client.send(new sdk.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST })),
    ],
    [
      "policy",
      "Policies",
      (client, PolicyName) =>
        client.send(new sdk.CreatePolicyCommand({ PolicyName, PolicyDocument: ANYTHING })),
    ],
    [
      "instance profile",
      "InstanceProfiles",
      (client, InstanceProfileName) =>
        client.send(new sdk.CreateInstanceProfileCommand({ InstanceProfileName })),
    ],
    [
      "MFA device",
      "MFADevices",
      (client, VirtualMFADeviceName) =>
        client.send(new sdk.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName })),
    ],
  ];
  it.each(makers)("who make one %s, twenty of them: one wins", async (_, counted, make) => {
    const before = (await summary())[counted] ?? 0;
    // Names are one name whatever their case, but for MFA devices, whose names are part of their
    // ARN.
    const name = (index: number) =>
      index % 2 === 0 || counted === "MFADevices" ? "wanted" : "WANTED";
    const settled = await atOnce(20, (client, index) => make(client, name(index)));
    expect(tally(settled)).toEqual({ ok: 1, EntityAlreadyExistsException: 19 });
    expect((await summary())[counted]).toBe(before + 1);
  });

  it("never get past a quota together", async () => {
    const UserName = "rationed";
    await test.iam.send(new sdk.CreateUserCommand({ UserName }));
    const keys = await atOnce(10, (client) =>
      client.send(new sdk.CreateAccessKeyCommand({ UserName })),
    );
    expect(tally(keys)).toEqual({ ok: 2, LimitExceededException: 8 });
    const { Policy } = await test.iam.send(
      new sdk.CreatePolicyCommand({ PolicyName: "rationed", PolicyDocument: ANYTHING }),
    );
    const versions = await atOnce(10, (client) =>
      client.send(
        new sdk.CreatePolicyVersionCommand({
          PolicyArn: Policy?.Arn,
          PolicyDocument: ANYTHING,
          SetAsDefault: true,
        }),
      ),
    );
    expect(tally(versions)).toEqual({ ok: 4, LimitExceededException: 6 });
    const { Versions } = await test.iam.send(
      new sdk.ListPolicyVersionsCommand({ PolicyArn: Policy?.Arn }),
    );
    expect(Versions?.map((one) => one.VersionId)).toEqual(["v5", "v4", "v3", "v2", "v1"]);
    expect(Versions?.filter((one) => one.IsDefaultVersion)).toHaveLength(1);
  });

  it("who join and leave a group leave its members and their groups in agreement", async () => {
    const GroupName = "busy";
    await test.iam.send(new sdk.CreateGroupCommand({ GroupName }));
    const users = Array.from({ length: 5 }, (_, index) => `busy-${index}`);
    for (const UserName of users) await test.iam.send(new sdk.CreateUserCommand({ UserName }));
    const settled = await atOnce(40, (client, index) => {
      const membership = { GroupName, UserName: users[index % 5] };
      return Math.floor(index / 5) % 2 === 0
        ? client.send(new sdk.AddUserToGroupCommand(membership))
        : client.send(new sdk.RemoveUserFromGroupCommand(membership));
    });
    expect(tally(settled)).toEqual({ ok: 40 });
    const { Users } = await test.iam.send(new sdk.GetGroupCommand({ GroupName }));
    const joined: string[] = [];
    for (const UserName of users) {
      const { Groups } = await test.iam.send(new sdk.ListGroupsForUserCommand({ UserName }));
      if (Groups?.length) joined.push(UserName);
    }
    expect(Users?.map((user) => user.UserName)).toEqual(joined);
    // The group counts its members, and only an empty one can be deleted.
    for (const UserName of joined)
      await test.iam.send(new sdk.RemoveUserFromGroupCommand({ GroupName, UserName }));
    await test.iam.send(new sdk.DeleteGroupCommand({ GroupName }));
  });
});

describe("a deletion and a use at the same moment", () => {
  const rounds = Array.from({ length: 6 }, (_, round) => round);

  /** Both at once; which is sent first changes from round to round. */
  async function race<A, B>(round: number, use: () => Promise<A>, deletion: () => Promise<B>) {
    const deleted = round % 2 === 0 ? deletion() : undefined;
    const used = use();
    return Promise.allSettled([used, deleted ?? deletion()] as const);
  }

  it("of a policy: it exists and is attached, or is deleted and attached nowhere", async () => {
    for (const round of rounds) {
      const name = `torn-${round}`;
      await test.iam.send(new sdk.CreateUserCommand({ UserName: name }));
      const { Policy } = await test.iam.send(
        new sdk.CreatePolicyCommand({ PolicyName: name, PolicyDocument: ANYTHING }),
      );
      const PolicyArn = Policy?.Arn ?? "";
      const bound = { UserName: name, PermissionsBoundary: PolicyArn };
      const [used, deletion] = await race(
        round,
        () =>
          Promise.allSettled([
            test.iam.send(new sdk.AttachUserPolicyCommand({ UserName: name, PolicyArn })),
            test.iam.send(new sdk.PutUserPermissionsBoundaryCommand(bound)),
          ]),
        () => test.iam.send(new sdk.DeletePolicyCommand({ PolicyArn })),
      );
      const [attached, bounded] = used.status === "fulfilled" ? outcomes(used.value) : [];
      const [deleted] = outcomes([deletion]);
      expect(["ok", "DeleteConflictException"]).toContain(deleted);
      const { AttachedPolicies } = await test.iam.send(
        new sdk.ListAttachedUserPoliciesCommand({ UserName: name }),
      );
      const { User } = await test.iam.send(new sdk.GetUserCommand({ UserName: name }));
      const gone = "NoSuchEntityException";
      expect([attached, bounded]).toEqual(
        deleted === "ok" ? [gone, gone] : [expect.anything(), expect.anything()],
      );
      expect(AttachedPolicies).toHaveLength(attached === "ok" ? 1 : 0);
      expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
        bounded === "ok" ? PolicyArn : undefined,
      );
    }
  });

  it("of a group: it has the member, or is deleted and in no user's list", async () => {
    for (const round of rounds) {
      const name = `member-${round}`;
      await test.iam.send(new sdk.CreateUserCommand({ UserName: name }));
      await test.iam.send(new sdk.CreateGroupCommand({ GroupName: name }));
      const [joined, deleted] = outcomes(
        await race(
          round,
          () => test.iam.send(new sdk.AddUserToGroupCommand({ UserName: name, GroupName: name })),
          () => test.iam.send(new sdk.DeleteGroupCommand({ GroupName: name })),
        ),
      );
      const { Groups } = await test.iam.send(new sdk.ListGroupsForUserCommand({ UserName: name }));
      expect([joined, deleted, Groups?.length]).toEqual(
        joined === "ok" ? ["ok", "DeleteConflictException", 1] : ["NoSuchEntityException", "ok", 0],
      );
    }
  });

  it("of a user: its new access key works, or there is neither user nor key", async () => {
    for (const round of rounds) {
      const UserName = `leaving-${round}`;
      await test.iam.send(new sdk.CreateUserCommand({ UserName }));
      const [made, deleted] = await race(
        round,
        () => test.iam.send(new sdk.CreateAccessKeyCommand({ UserName })),
        () => test.iam.send(new sdk.DeleteUserCommand({ UserName })),
      );
      if (made.status === "fulfilled") {
        expect(outcomes([deleted])).toEqual(["DeleteConflictException"]);
        const credentials = credentialsOf(made.value.AccessKey);
        const { Arn } = await test.stsAs(credentials).send(new GetCallerIdentityCommand({}));
        expect(Arn).toBe(`arn:aws:iam::100000000000:user/${UserName}`);
      } else expect(outcomes([made, deleted])).toEqual(["NoSuchEntityException", "ok"]);
    }
  });

  it("of a role: it has the policy, or is gone and the policy is attached to nothing", async () => {
    for (const round of rounds) {
      const name = `going-${round}`;
      await test.iam.send(
        new sdk.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }),
      );
      const { Policy } = await test.iam.send(
        new sdk.CreatePolicyCommand({ PolicyName: name, PolicyDocument: ANYTHING }),
      );
      const [attached, deleted] = outcomes(
        await race(
          round,
          () =>
            test.iam.send(
              new sdk.AttachRolePolicyCommand({ RoleName: name, PolicyArn: Policy?.Arn }),
            ),
          () => test.iam.send(new sdk.DeleteRoleCommand({ RoleName: name })),
        ),
      );
      const { PolicyRoles } = await test.iam.send(
        new sdk.ListEntitiesForPolicyCommand({ PolicyArn: Policy?.Arn }),
      );
      expect([attached, deleted, PolicyRoles?.length]).toEqual(
        attached === "ok"
          ? ["ok", "DeleteConflictException", 1]
          : ["NoSuchEntityException", "ok", 0],
      );
    }
  });
});
