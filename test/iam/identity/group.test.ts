import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetUserCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const createGroup = (GroupName: string, Path?: string) =>
  test.iam.send(new CreateGroupCommand({ GroupName, ...(Path === undefined ? {} : { Path }) }));
const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));
const join = (GroupName: string, UserName: string) =>
  test.iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
const members = async (GroupName: string) =>
  (await test.iam.send(new GetGroupCommand({ GroupName }))).Users?.map((user) => user.UserName);
const groupsOf = async (UserName: string) =>
  (await test.iam.send(new ListGroupsForUserCommand({ UserName }))).Groups?.map(
    (group) => group.GroupName,
  );

describe("groups", () => {
  it("answers a new group with AWS's fields and no others", async () => {
    const { Group } = await createGroup("Writers", "/staff/");
    expect(Group).toEqual({
      Path: "/staff/",
      GroupName: "Writers",
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${test.account}:group/staff/Writers`,
      CreateDate: expect.any(Date),
    });
    const found = await test.iam.send(new GetGroupCommand({ GroupName: "writers" }));
    expect(found).toMatchObject({ Group, Users: [], IsTruncated: false });
  });

  it("keeps names unique without regard to case", async () => {
    await createGroup("admin");
    expect(await refusal(createGroup("ADMIN"))).toEqual({
      code: "EntityAlreadyExists",
      message: "Group with name ADMIN already exists.",
      status: 409,
    });
  });

  it("lets one of twenty who create a name at once win", async () => {
    const sent = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => createGroup(index % 2 ? "race" : "RACE")),
    );
    const lost = sent.filter((one) => one.status === "rejected").map((one) => one.reason.name);
    expect(lost).toEqual(Array(19).fill("EntityAlreadyExistsException"));
    const { Groups } = await test.iam.send(new ListGroupsCommand({}));
    expect(Groups?.filter((group) => group.GroupName?.toLowerCase() === "race")).toHaveLength(1);
  });

  it("refuses look-alike letters, control characters and spaces in names", async () => {
    for (const name of ["аdmin", "a\u0000b", "a b", "a/b", "ａ", ""]) {
      expect(await refusal(createGroup(name)), JSON.stringify(name)).toMatchObject({
        code: "ValidationError",
        status: 400,
      });
    }
  });

  it("keeps a group called __proto__ like any other", async () => {
    await createGroup("__proto__");
    await createUser("constructor");
    await join("__proto__", "constructor");
    expect(await members("__proto__")).toEqual(["constructor"]);
    expect(await groupsOf("constructor")).toEqual(["__proto__"]);
  });

  it("lists by path prefix, in pages", async () => {
    for (const name of ["p3", "p1", "p2"]) await createGroup(name, "/pages/");
    await createGroup("p0", "/pagesAndMore/");
    const first = await test.iam.send(
      new ListGroupsCommand({ PathPrefix: "/pages/", MaxItems: 2 }),
    );
    expect(first.Groups?.map((group) => group.GroupName)).toEqual(["p1", "p2"]);
    expect(first.IsTruncated).toBe(true);
    const next = { PathPrefix: "/pages/", Marker: first.Marker };
    const rest = await test.iam.send(new ListGroupsCommand(next));
    expect(rest.Groups?.map((group) => group.GroupName)).toEqual(["p3"]);
    expect(rest).toMatchObject({ IsTruncated: false });
    expect(rest.Marker).toBeUndefined();
    const plain = await test.iam.send(new ListGroupsCommand({ PathPrefix: "/pages" }));
    expect(plain.Groups?.map((group) => group.GroupName)).toEqual(["p1", "p2", "p3", "p0"]);
  });

  it("refuses markers that it did not make for this list", async () => {
    const { Marker = "" } = await test.iam.send(new ListGroupsCommand({ MaxItems: 1 }));
    const otherList = { PathPrefix: "/pages/", Marker };
    expect(await refusal(test.iam.send(new ListGroupsCommand(otherList)))).toMatchObject({
      code: "ValidationError",
    });
    for (const Tampered of [`${Marker}x`, Marker.slice(4), "AAAA", "%00"]) {
      const sent = test.iam.send(new ListGroupsCommand({ Marker: Tampered }));
      expect(await refusal(sent), Tampered).toMatchObject({ code: "ValidationError", status: 400 });
    }
  });

  it("renames a group, its members and attachments with it", async () => {
    await createGroup("before", "/old/");
    await createUser("renamed-member");
    await join("before", "renamed-member");
    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await test.iam.send(new AttachGroupPolicyCommand({ GroupName: "before", PolicyArn }));
    await test.iam.send(
      new UpdateGroupCommand({ GroupName: "before", NewGroupName: "after", NewPath: "/new/" }),
    );
    expect(await members("after")).toEqual(["renamed-member"]);
    expect(await groupsOf("renamed-member")).toEqual(["after"]);
    expect(await refusal(members("before"))).toMatchObject({
      message: "The group with name before cannot be found.",
    });
    const old = await test.iam.send(new ListGroupsCommand({ PathPrefix: "/old/" }));
    expect(old.Groups).toEqual([]);
    const entities = await test.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(entities.PolicyGroups?.map((group) => group.GroupName)).toEqual(["after"]);
    await createGroup("BEFORE");
    const clash = test.iam.send(
      new UpdateGroupCommand({ GroupName: "after", NewGroupName: "Before" }),
    );
    expect(await refusal(clash)).toMatchObject({
      message: "Group with name Before already exists.",
    });
    await test.iam.send(new UpdateGroupCommand({ GroupName: "after", NewGroupName: "AFTER" }));
    expect(await groupsOf("renamed-member")).toEqual(["AFTER"]);
  });

  it("is not deleted while it has members or policies", async () => {
    await createGroup("doomed");
    await createUser("last-member");
    const remove = () => test.iam.send(new DeleteGroupCommand({ GroupName: "doomed" }));
    const conflict = (message: string) => ({ code: "DeleteConflict", status: 409, message });

    await join("doomed", "last-member");
    expect(await refusal(remove())).toEqual(
      conflict("Cannot delete entity, must remove users from group first."),
    );
    await test.iam.send(
      new RemoveUserFromGroupCommand({ GroupName: "doomed", UserName: "last-member" }),
    );

    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await test.iam.send(new AttachGroupPolicyCommand({ GroupName: "doomed", PolicyArn }));
    expect(await refusal(remove())).toEqual(
      conflict("Cannot delete entity, must detach all policies first."),
    );
    await test.iam.send(new DetachGroupPolicyCommand({ GroupName: "doomed", PolicyArn }));

    const inline = { GroupName: "doomed", PolicyName: "p" };
    await test.iam.send(
      new PutGroupPolicyCommand({ ...inline, PolicyDocument: policy("Allow", "s3:*") }),
    );
    expect(await refusal(remove())).toEqual(
      conflict("Cannot delete entity, must delete policies first."),
    );
    await test.iam.send(new DeleteGroupPolicyCommand(inline));

    await remove();
    expect(await refusal(remove())).toEqual({
      code: "NoSuchEntity",
      message: "The group with name doomed cannot be found.",
      status: 404,
    });
    await createGroup("doomed");
    expect(await members("doomed")).toEqual([]);
  });
});

describe("membership", () => {
  it("is idempotent both ways", async () => {
    await createGroup("twice");
    await createUser("once");
    await join("twice", "once");
    await join("TWICE", "ONCE");
    expect(await members("twice")).toEqual(["once"]);
    const leave = () =>
      test.iam.send(new RemoveUserFromGroupCommand({ GroupName: "twice", UserName: "once" }));
    await leave();
    await leave();
    expect(await members("twice")).toEqual([]);
    await test.iam.send(new DeleteGroupCommand({ GroupName: "twice" }));
  });

  it("names who is missing", async () => {
    await createGroup("present");
    await createUser("here");
    const noUser = { message: "The user with name nobody cannot be found.", code: "NoSuchEntity" };
    const noGroup = {
      message: "The group with name nothing cannot be found.",
      code: "NoSuchEntity",
    };
    expect(await refusal(join("present", "nobody"))).toMatchObject(noUser);
    expect(await refusal(join("nothing", "here"))).toMatchObject(noGroup);
    const leave = (GroupName: string, UserName: string) =>
      test.iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName }));
    expect(await refusal(leave("present", "nobody"))).toMatchObject(noUser);
    expect(await refusal(leave("nothing", "here"))).toMatchObject(noGroup);
    expect(await refusal(groupsOf("nobody"))).toMatchObject(noUser);
    const update = test.iam.send(new UpdateGroupCommand({ GroupName: "nothing", NewPath: "/x/" }));
    expect(await refusal(update)).toMatchObject(noGroup);
  });

  it("shows a group's users in pages, and follows a user's new name", async () => {
    await createGroup("crowd");
    for (const name of ["c-1", "c-2", "c-3"]) {
      await createUser(name);
      await join("crowd", name);
    }
    const first = await test.iam.send(new GetGroupCommand({ GroupName: "crowd", MaxItems: 2 }));
    expect(first.Users?.map((user) => user.UserName)).toEqual(["c-1", "c-2"]);
    const next = { GroupName: "crowd", Marker: first.Marker };
    const rest = await test.iam.send(new GetGroupCommand(next));
    expect(rest.Users?.map((user) => user.UserName)).toEqual(["c-3"]);
    await test.iam.send(new UpdateUserCommand({ UserName: "c-1", NewUserName: "c-9" }));
    expect(await members("crowd")).toEqual(["c-2", "c-3", "c-9"]);
  });

  it("stops at ten groups for a user", async () => {
    await createUser("joiner");
    for (let index = 0; index < 11; index++) await createGroup(`g-${index}`);
    for (let index = 0; index < 10; index++) await join(`g-${index}`, "joiner");
    expect(await refusal(join("g-10", "joiner"))).toEqual({
      code: "LimitExceeded",
      message: "Cannot exceed quota for GroupsPerUser: 10",
      status: 409,
    });
  });

  it("loses nothing when fifty clients change one group and one user at once", async () => {
    await createGroup("busy");
    const users = Array.from({ length: 25 }, (_, index) => `b-${String(index).padStart(2, "0")}`);
    await Promise.all(users.map((name) => createUser(name)));
    await Promise.all(users.flatMap((name) => [join("busy", name), join("busy", name)]));
    expect(await members("busy")).toEqual(users);
    await Promise.all(
      users.map((UserName) =>
        test.iam.send(new RemoveUserFromGroupCommand({ GroupName: "busy", UserName })),
      ),
    );
    // The counter of members stands at zero again, or this would be refused.
    await test.iam.send(new DeleteGroupCommand({ GroupName: "busy" }));
    const { User } = await test.iam.send(new GetUserCommand({ UserName: "b-00" }));
    expect(User?.UserName).toBe("b-00");
    expect(await groupsOf("b-00")).toEqual([]);
  });

  it("never leaves a member in a group that is deleted at that moment", async () => {
    await createUser("torn");
    for (let round = 0; round < 5; round++) {
      await createGroup("fleeting");
      const [joined, deleted] = await Promise.allSettled([
        join("fleeting", "torn"),
        test.iam.send(new DeleteGroupCommand({ GroupName: "fleeting" })),
      ]);
      expect(
        [joined.status, deleted.status].filter((status) => status === "fulfilled"),
      ).toHaveLength(1);
      if (joined.status === "rejected") continue;
      expect(await members("fleeting")).toEqual(["torn"]);
      await test.iam.send(
        new RemoveUserFromGroupCommand({ GroupName: "fleeting", UserName: "torn" }),
      );
      await test.iam.send(new DeleteGroupCommand({ GroupName: "fleeting" }));
    }
    expect(await groupsOf("torn")).toEqual([]);
  });
});
