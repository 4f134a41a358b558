import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  type IAMClient,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  accessDenied,
  alreadyExists,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
} from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const trust = roleTrust({ Service: "ec2.amazonaws.com" });
const makeRole = (RoleName: string) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
const make = (InstanceProfileName: string, more: object = {}) =>
  iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, ...more }));
const get = async (InstanceProfileName: string) =>
  (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile;
const add = (InstanceProfileName: string, RoleName: string, client = iam) =>
  client.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
const take = (InstanceProfileName: string, RoleName: string) =>
  iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
const remove = (InstanceProfileName: string) =>
  iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));

describe("instance profiles", () => {
  test("are made, shown with the role in them, and listed by path", async () => {
    const { Role } = await makeRole("machine");
    const { InstanceProfile } = await make("Whole", {
      Path: "/p/",
      Tags: [{ Key: "a", Value: "1" }],
    });
    const bare = {
      Path: "/p/",
      InstanceProfileName: "Whole",
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:instance-profile/p/Whole`,
      CreateDate: expect.any(Date),
    };
    expect(InstanceProfile).toEqual({ ...bare, Roles: [], Tags: [{ Key: "a", Value: "1" }] });
    await add("whole", "machine");
    expect(await get("whole")).toEqual({
      ...bare,
      Roles: [Role],
      Tags: [{ Key: "a", Value: "1" }],
    });
    await make("other");
    const listed = { ...bare, Roles: [Role] };
    expect(
      (await iam.send(new ListInstanceProfilesCommand({ PathPrefix: "/p" }))).InstanceProfiles,
    ).toEqual([listed]);
    const first = await iam.send(new ListInstanceProfilesCommand({ MaxItems: 1 }));
    expect(first.InstanceProfiles?.map((one) => one.InstanceProfileName)).toEqual(["other"]);
    expect(
      (await iam.send(new ListInstanceProfilesCommand({ Marker: first.Marker }))).InstanceProfiles,
    ).toEqual([listed]);
    const ofRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "machine" }));
    expect(ofRole).toMatchObject({ InstanceProfiles: [listed], IsTruncated: false });
  });

  test("hold one role, and neither is deleted while they belong together", async () => {
    await makeRole("inside");
    await makeRole("outside");
    await make("pair");
    await add("pair", "inside");
    expect(await refusal(add("pair", "outside"))).toEqual(
      limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"),
    );
    const conflict = deleteConflict(
      "Cannot delete entity, must remove roles from instance profile first.",
    );
    expect(await refusal(remove("pair"))).toEqual(conflict);
    expect(await refusal(iam.send(new DeleteRoleCommand({ RoleName: "inside" })))).toEqual(
      conflict,
    );
    expect(await refusal(take("pair", "outside"))).toEqual(
      noSuchEntity("The role with name outside cannot be found in instance profile pair."),
    );
    await take("pair", "inside");
    expect((await get("pair"))?.Roles).toEqual([]);
    await iam.send(new DeleteRoleCommand({ RoleName: "inside" }));
    await remove("pair");
    expect(await refusal(get("pair"))).toEqual(
      noSuchEntity("Instance Profile pair cannot be found."),
    );
  });

  test("one role wins when many are added at once", async () => {
    await make("contested");
    const names = Array.from({ length: 5 }, (_, index) => `contender-${index}`);
    for (const name of names) await makeRole(name);
    const attempts = await Promise.allSettled(names.map((name) => add("contested", name)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const inside = (await get("contested"))?.Roles?.[0]?.RoleName ?? "";
    const lists = await Promise.all(
      names.map((RoleName) => iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))),
    );
    expect(names.filter((_, index) => lists[index]?.InstanceProfiles?.length === 1)).toEqual([
      inside,
    ]);
  });

  test("what can't be found, or is there already", async () => {
    await make("there");
    await makeRole("there");
    expect(await refusal(make("THERE"))).toEqual(
      alreadyExists("Instance Profile THERE already exists."),
    );
    const noProfile = noSuchEntity("Instance Profile none cannot be found.");
    const noRole = noSuchEntity("The role with name none cannot be found.");
    expect(await refusal(get("none"))).toEqual(noProfile);
    expect(await refusal(remove("none"))).toEqual(noProfile);
    expect(await refusal(add("none", "there"))).toEqual(noProfile);
    expect(await refusal(add("there", "none"))).toEqual(noRole);
    expect(await refusal(take("none", "there"))).toEqual(noProfile);
    expect(await refusal(take("there", "none"))).toEqual(noRole);
    expect(
      await refusal(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "none" }))),
    ).toEqual(noRole);
    expect(await refusal(make("аdmin"))).toMatchObject({ code: "ValidationError" });
    await make("__proto__");
    expect((await get("__proto__"))?.InstanceProfileName).toBe("__proto__");
  });

  test("who adds a role must be allowed to pass it", async () => {
    await make("passing");
    await makeRole("passed");
    await iam.send(new CreateUserCommand({ UserName: "passer" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "passer" }));
    const client = installation.iamAs(credentialsOf(AccessKey));
    const allow = (PolicyName: string, action: string, resource?: string) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName: "passer",
          PolicyName,
          PolicyDocument: policy("Allow", action, resource),
        }),
      );
    await allow("add", "iam:AddRoleToInstanceProfile");
    const arn = `arn:aws:iam::${account}:role/passed`;
    expect(await refusal(add("passing", "passed", client))).toEqual(
      accessDenied(
        `User: arn:aws:iam::${account}:user/passer is not authorized to perform: iam:PassRole on resource: ${arn} because no identity-based policy allows the iam:PassRole action`,
      ),
    );
    await allow("pass", "iam:PassRole", arn);
    await add("passing", "passed", client);
  });
});

describe("tags of instance profiles", () => {
  const tags = async (InstanceProfileName: string) =>
    (await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))).Tags;

  test("are merged without regard to case, and removed whether they are there or not", async () => {
    const InstanceProfileName = "tagged";
    await make(InstanceProfileName, { Tags: [{ Key: "a", Value: "1" }] });
    const Tags = [
      { Key: "A", Value: "2" },
      { Key: "__proto__", Value: "3" },
    ];
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }));
    expect(await tags(InstanceProfileName)).toEqual(Tags);
    await iam.send(
      new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["a", "never"] }),
    );
    expect(await tags(InstanceProfileName)).toEqual([Tags[1]]);
  });

  test("what can't be tagged", async () => {
    await make("untaggable");
    const missing = noSuchEntity("Instance Profile none cannot be found.");
    const tag = (InstanceProfileName: string, Tags: { Key: string; Value: string }[]) =>
      iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }));
    expect(await refusal(tag("none", []))).toEqual(missing);
    expect(
      await refusal(
        iam.send(new UntagInstanceProfileCommand({ InstanceProfileName: "none", TagKeys: ["a"] })),
      ),
    ).toEqual(missing);
    expect(await refusal(tags("none"))).toEqual(missing);
    const many = Array.from({ length: 30 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    await tag("untaggable", many);
    expect(
      await refusal(
        tag(
          "untaggable",
          many.map(({ Key }) => ({ Key: `${Key}x`, Value: "" })),
        ),
      ),
    ).toMatchObject({ code: "LimitExceeded", status: 409 });
    const twice = [
      { Key: "a", Value: "" },
      { Key: "A", Value: "" },
    ];
    expect(await refusal(tag("untaggable", twice))).toMatchObject({ code: "InvalidInput" });
  });
});
